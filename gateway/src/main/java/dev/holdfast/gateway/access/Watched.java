package dev.holdfast.gateway.access;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A value made of the content of files, and made anew when that changes. A new content of which nothing can be made leaves
 * the value as it is, is logged once, and is told by {@link #problem} until it is mended: a certificate that is being
 * copied, or a users file with a mistake, shuts nobody out and lets nobody in.
 *
 * <p>Looks at the content and not at the time of the file: files are renamed over, links are turned, clocks jump. Only as
 * much as {@link #MAX_BYTES} of a file is read.
 *
 * <p>{@link #current} may be called by any thread, {@link #poll} by one at a time.
 *
 * @param <T> the value
 */
public final class Watched<T> {

    /** Largest file that is read. */
    static final int MAX_BYTES = 4 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(Watched.class);

    /** Makes a value of the contents of the files, in their order. */
    public interface Loader<T> {

        /**
         * Makes it.
         *
         * @throws IllegalArgumentException with what is wrong, for people
         */
        T load(List<byte[]> contents);
    }

    private final String what;
    private final List<Path> files;
    private final Loader<T> loader;
    private volatile T current;
    private volatile @Nullable String problem;
    private List<byte[]> loaded;
    private List<byte[]> refused = List.of();

    private Watched(String what, List<Path> files, Loader<T> loader) {
        this.what = what;
        this.files = List.copyOf(files);
        this.loader = loader;
        try {
            this.loaded = contents();
            this.current = loader.load(loaded);
        } catch (IOException | IllegalArgumentException e) {
            throw new AccessException(what + " can't be used, so the gateway does not start: " + describe(e), e);
        }
    }

    /**
     * Makes the first value.
     *
     * @param what what it is, for people
     * @throws AccessException if the files can't be read, or nothing can be made of them
     */
    public static <T> Watched<T> open(String what, List<Path> files, Loader<T> loader) {
        return new Watched<>(what, files, loader);
    }

    /** The value as it is now. */
    public T current() {
        return current;
    }

    /** Why the files as they are now are not used, empty when they are. */
    public Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    /** Looks at the files, and makes the value anew when their content has changed. */
    public void poll() {
        List<byte[]> contents = List.of();
        try {
            contents = contents();
            if (same(contents, loaded)) {
                problem = null;
            } else if (!same(contents, refused)) {
                current = loader.load(contents);
                loaded = contents;
                problem = null;
                LOG.info("new content taken what=\"{}\" files={}", what, files);
            }
        } catch (IOException | IllegalArgumentException e) {
            refused = contents;
            refuse(describe(e));
        }
    }

    private void refuse(String why) {
        if (!why.equals(problem)) {
            problem = why;
            LOG.error("new content refused, the old one stays what=\"{}\" why=\"{}\"", what, why);
        }
    }

    private List<byte[]> contents() throws IOException {
        List<byte[]> contents = new ArrayList<>();
        for (Path file : files) {
            contents.add(content(file));
        }
        return contents;
    }

    private static byte[] content(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(MAX_BYTES + 1);
            if (content.length > MAX_BYTES) {
                throw new IOException(file + " is larger than " + MAX_BYTES + " bytes");
            }
            return content;
        } catch (NoSuchFileException e) {
            throw new IOException("there is no file " + file, e);
        } catch (AccessDeniedException e) {
            throw new IOException("this user may not read " + file, e);
        }
    }

    private static boolean same(List<byte[]> one, List<byte[]> other) {
        boolean same = one.size() == other.size();
        for (int i = 0; same && i < one.size(); i++) {
            same = Arrays.equals(one.get(i), other.get(i));
        }
        return same;
    }

    private String describe(Exception e) {
        return e instanceof IOException ? String.valueOf(e.getMessage()) : files + ": " + e.getMessage();
    }
}
