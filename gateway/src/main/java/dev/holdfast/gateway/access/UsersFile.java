package dev.holdfast.gateway.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Changes a file of {@link Users}, one entry at a time; everything else in it stays as it is. The file is replaced by a new
 * one that is on disk, so that whoever reads it sees the old or the new, also after a power cut. Two changes at the same
 * time wait for each other.
 */
public final class UsersFile {

    private static final String OWNER_ONLY = "rw-------";

    /** A lock on a file keeps other processes out, and no other thread of this one. */
    private static final Object IN_THIS_PROCESS = new Object();

    private final Path file;

    /** The file at the path, which need not be there. */
    public UsersFile(Path file) {
        this.file = file;
    }

    /**
     * Sets the hash of a user, who may be new.
     *
     * @throws IOException if the file can't be read or written; it is as it was then
     * @throws IllegalArgumentException if it is no file of users
     */
    public void put(String name, String hash) throws IOException {
        change(lines -> replaced(lines, name, name + ":" + hash));
    }

    /**
     * Removes a user.
     *
     * @return false if there is none of this name
     * @throws IOException if the file can't be read or written; it is as it was then
     * @throws IllegalArgumentException if it is no file of users, or would be none without this one
     */
    public boolean remove(String name) throws IOException {
        List<String> lines = lines();
        boolean there = lines.stream().anyMatch(line -> isOf(line, name));
        if (there) {
            change(before -> replaced(before, name, null));
        }
        return there;
    }

    private static boolean isOf(String line, String name) {
        return line.startsWith(name + ":");
    }

    /** The lines with another one, or none, in the place of a user's; a new user's comes last. */
    private static List<String> replaced(List<String> lines, String name, @Nullable String replacement) {
        List<String> changed = new ArrayList<>();
        String next = replacement;
        for (String line : lines) {
            if (!isOf(line, name)) {
                changed.add(line);
            } else if (next != null) {
                changed.add(next);
                next = null;
            }
        }
        if (next != null) {
            changed.add(next);
        }
        return changed;
    }

    private void change(UnaryOperator<List<String>> how) throws IOException {
        synchronized (IN_THIS_PROCESS) {
            changeAlone(how);
        }
    }

    private void changeAlone(UnaryOperator<List<String>> how) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        Path lockFile = file.resolveSibling("." + file.getFileName() + ".lock");
        FileAttribute<Set<PosixFilePermission>> owner =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY));
        Set<StandardOpenOption> openOrMake = Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try (FileChannel locks = FileChannel.open(lockFile, openOrMake, owner)) {
            FileLock unused = locks.lock(); // until the channel is closed
            byte[] content = text(how.apply(lines()));
            Users.parse(content); // nothing is written that could not be read
            Path made = Files.createTempFile(directory, "." + file.getFileName(), ".new", owner);
            try {
                write(made, content);
                if (Files.exists(file)) {
                    Files.setPosixFilePermissions(made, Files.getPosixFilePermissions(file));
                }
                Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(made);
            }
            try (FileChannel entry = FileChannel.open(directory)) {
                entry.force(true);
            }
        }
    }

    private static void write(Path path, byte[] content) throws IOException {
        try (FileChannel out = FileChannel.open(path, StandardOpenOption.WRITE)) {
            ByteBuffer rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
                out.write(rest);
            }
            out.force(true);
        }
    }

    private List<String> lines() throws IOException {
        try {
            return Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private static byte[] text(List<String> lines) {
        return lines.isEmpty() ? new byte[0] : (String.join("\n", lines) + "\n").getBytes(UTF_8);
    }
}
