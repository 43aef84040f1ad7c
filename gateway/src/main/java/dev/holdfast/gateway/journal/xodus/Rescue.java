package dev.holdfast.gateway.journal.xodus;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.gateway.journal.Remains;
import dev.holdfast.gateway.journal.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is kept of the environment's files, against what Xodus does to them:
 *
 * <ul>
 *   <li>{@code recovery}: the two newest files, copied before anything of them is cut off but zeros: Xodus does that to all
 *       that lies behind damage. Stays until the journal has what it needs of it.
 *   <li>{@code xodus.broken-N}: an environment that Xodus could not open, or not read, whole, with the copies in it if there
 *       were any. Stays until people remove it.
 *   <li>{@code broken}: a file that names the one of these that has still to be salvaged.
 *   <li>{@code suspect}: a file that says that the last run could not read the environment; {@code suspect.checked} when
 *       a start has then read all of it.
 * </ul>
 */
final class Rescue {

    private static final Logger LOG = LoggerFactory.getLogger(Rescue.class);
    static final String BROKEN = "broken";
    private static final String COPIES = "recovery";
    private static final int FILES_COPIED = 2;

    private final Path directory;
    private final Path environment;
    private final Path copies;
    private final Path oldCopies;

    /** Copies that are not all there yet, or any more. */
    private final Path part;

    private final Path broken;
    private final Path suspect;
    private final Path checked;

    Rescue(Path directory, Path environment) {
        this.directory = directory;
        this.environment = environment;
        this.copies = directory.resolve(COPIES);
        this.oldCopies = directory.resolve(COPIES + ".old");
        this.part = directory.resolve(COPIES + ".part");
        this.broken = directory.resolve(BROKEN);
        this.suspect = directory.resolve("suspect");
        this.checked = directory.resolve("suspect.checked");
    }

    /** Whether in the directory of a store something is left that no start has brought back yet. */
    static boolean isLeft(Path directory) {
        return Files.exists(directory.resolve(BROKEN)) || Files.exists(directory.resolve(COPIES));
    }

    /** Bytes that copying would take. */
    long bytesToCopy() throws IOException {
        long bytes = 0;
        for (Path file : toCopy()) {
            bytes += Files.size(file);
        }
        return bytes;
    }

    private List<Path> toCopy() throws IOException {
        if (Files.isDirectory(copies)) {
            return List.of(); // of a start that came to no end: since then nothing was accepted
        }
        return LogFiles.newest(environment, FILES_COPIED);
    }

    /** Copies the newest files aside, durably, if they are not and if there is room: before something is cut off of them. */
    void copyAside() throws IOException {
        try {
            copyAll(toCopy());
        } catch (IOException e) {
            if (!NoSpace.isWhy(e)) {
                throw e;
            }
            LOG.warn("no room to copy the newest files aside, damage in them can't be mended why=\"{}\"", e.toString());
        }
    }

    private void copyAll(List<Path> files) throws IOException {
        if (files.isEmpty()) {
            return;
        }
        delete(part);
        try {
            OwnerOnly.createDirectories(part);
            for (Path file : files) {
                copy(file, part.resolve(file.getFileName()));
            }
            OwnerOnly.sync(part);
            Files.move(part, copies, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            delete(part); // what there was no room for
        }
        OwnerOnly.sync(directory);
    }

    private static void copy(Path file, Path copy) throws IOException {
        OwnerOnly.createFile(copy);
        try (FileChannel from = FileChannel.open(file);
                FileChannel to = FileChannel.open(copy, StandardOpenOption.WRITE)) {
            for (long at = 0, length = from.size(); at < length; ) {
                at += from.transferTo(at, length - at, to);
            }
            to.force(true);
        }
    }

    /** Whether an environment was set aside, or is to be, and not salvaged yet. */
    boolean isBroken() {
        return Files.exists(broken);
    }

    boolean isSuspect() {
        return Files.exists(suspect);
    }

    /** Behind this address Xodus may cut the log off: all of that is copied, or nobody was told of it. */
    long protectedBelow() throws IOException {
        List<Path> files = LogFiles.in(copies);
        return files.isEmpty() ? RawRemains.of(environment, null).syncedUpTo() : LogFiles.address(files.get(0));
    }

    /** Where the last commit ends that Xodus must not have cut off; 0 when nothing was copied. */
    long syncedUpTo() throws IOException {
        return RawRemains.of(copies, null).syncedUpTo();
    }

    /** Has the next start set the environment aside. */
    void condemn(Throwable why) {
        try {
            if (!isBroken()) {
                write(broken, free().getFileName().toString());
                LOG.error("the store is damaged, the next start sets it aside why=\"{}\"", why.toString());
            }
        } catch (IOException e) {
            LOG.error("can't note that the store is damaged why=\"{}\"", e.toString());
        }
    }

    /** Says to the next start that the environment could not be read. */
    void suspect(Throwable why) {
        try {
            if (Files.exists(checked)) {
                condemn(why); // reading everything has found nothing, and here it is again
            } else if (!isSuspect()) {
                write(suspect, String.valueOf(why));
                LOG.error("the store can't be read, the next start will look into it why=\"{}\"", why.toString());
            }
        } catch (IOException e) {
            LOG.error("can't note that the store can't be read why=\"{}\"", e.toString());
        }
    }

    /** Everything could be read after all. */
    void trust() throws IOException {
        if (isSuspect()) {
            Files.move(suspect, checked, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** A run has come to its end in peace. */
    void forgive() throws IOException {
        Files.deleteIfExists(checked);
    }

    /**
     * Sets the environment aside whole, so that a new one can begin in its place. When an earlier start was interrupted in
     * the middle of salvaging, what it had done is removed: it begins again.
     */
    void setAside(@Nullable Throwable why) throws IOException {
        Path aside;
        if (isBroken()) {
            aside = directory.resolve(Files.readString(broken).strip());
            if (Files.exists(aside)) {
                delete(environment);
            }
        } else {
            aside = free();
            write(broken, aside.getFileName().toString());
        }
        if (!Files.exists(aside)) {
            Files.move(environment, aside, StandardCopyOption.ATOMIC_MOVE);
        }
        if (Files.isDirectory(copies)) { // they go with it: of a new environment there are none
            Files.move(copies, copiesIn(aside), StandardCopyOption.ATOMIC_MOVE);
            OwnerOnly.sync(aside);
        }
        OwnerOnly.sync(directory);
        OwnerOnly.createDirectories(environment);
        LOG.error(
                "the store can't be read, it is set aside and a new one is begun; what can be read is salvaged aside={}"
                        + " why=\"{}\"",
                aside,
                why == null ? "an earlier start did not get to the end of it" : why.toString());
    }

    private Path copiesIn(Path aside) {
        return aside.resolve(COPIES);
    }

    private Path free() {
        int number = 1;
        while (Files.exists(directory.resolve(environment.getFileName() + ".broken-" + number))) {
            number++;
        }
        return directory.resolve(environment.getFileName() + ".broken-" + number);
    }

    private void write(Path file, String text) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        OwnerOnly.createFile(part);
        Files.write(
                part,
                text.getBytes(UTF_8),
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.SYNC);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        OwnerOnly.sync(directory);
    }

    /** What the journal is to look at beside the engine. */
    Remains remains(byte @Nullable [] witness) {
        try {
            if (isBroken()) {
                Path aside = directory.resolve(Files.readString(broken).strip());
                return RawRemains.of(aside, copiesIn(aside), witness);
            }
            return RawRemains.of(copies, witness);
        } catch (IOException e) {
            throw new StoreException("can't read what is to be salvaged in " + directory + ": " + e, e);
        }
    }

    /**
     * All of it is done with.
     *
     * @param keepCopies whether the copies are to stay as {@code recovery.old}; those of what was set aside stay in there
     */
    void finish(boolean keepCopies) {
        try {
            if (Files.isDirectory(copies)) {
                Path target = keepCopies ? oldCopies : part;
                delete(target);
                Files.move(copies, target, StandardCopyOption.ATOMIC_MOVE);
            }
            delete(part);
            if (Files.deleteIfExists(broken)) {
                Files.deleteIfExists(suspect);
                Files.deleteIfExists(checked);
            }
            OwnerOnly.sync(directory);
        } catch (IOException e) {
            throw new StoreException("can't put away what was salvaged in " + directory + ": " + e, e);
        }
    }

    /** Bytes of the copies; what was set aside is not counted, as nobody but people can make it less. */
    long bytes() {
        try {
            long bytes = 0;
            for (Path kept : List.of(copies, oldCopies)) {
                for (Path file : LogFiles.in(kept)) {
                    bytes += Files.size(file);
                }
            }
            return bytes;
        } catch (IOException e) {
            return 0;
        }
    }

    private static void delete(Path flat) throws IOException {
        if (!Files.isDirectory(flat)) {
            return;
        }
        try (Stream<Path> files = Files.list(flat)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(flat);
    }
}
