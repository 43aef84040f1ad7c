package dev.holdfast.gateway.journal.xodus;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Directories and files that nobody but their owner may look into: they hold what devices said. */
final class OwnerOnly {

    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> DIRECTORY = PosixFilePermissions.fromString("rwx------");

    private OwnerOnly() {}

    /** Creates an empty file if it is not there; it is the owner's before it holds anything, whatever the umask. */
    static void createFile(Path file) throws IOException {
        if (!POSIX) {
            file.toFile().createNewFile();
            return;
        }
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(FILE));
        } catch (FileAlreadyExistsException e) {
            PosixFileAttributeView posix = posix(file);
            if (posix != null && !posix.readAttributes().permissions().equals(FILE)) {
                posix.setPermissions(FILE);
            }
        }
    }

    /** Says again that the file is its owner's alone. */
    static void restrict(Path file) throws IOException {
        PosixFileAttributeView posix = posix(file);
        if (posix != null) {
            posix.setPermissions(FILE);
        }
    }

    // not by Files.getFileStore, which finds no mount point in a chroot
    private static @Nullable PosixFileAttributeView posix(Path path) {
        return Files.getFileAttributeView(path, PosixFileAttributeView.class);
    }

    /**
     * Creates the directory and what is missing above it. When this returns, a power cut can't take them away, nor a file
     * that an earlier run has created and was killed before it could sync the directory.
     */
    static void createDirectories(Path directory) throws IOException {
        createMissing(directory.toAbsolutePath());
        PosixFileAttributeView posix = posix(directory);
        if (posix != null) {
            posix.setPermissions(DIRECTORY);
        }
        sync(directory);
    }

    private static void createMissing(Path directory) throws IOException {
        Path parent = directory.getParent();
        if (parent == null || Files.isDirectory(directory)) {
            return;
        }
        createMissing(parent);
        Files.createDirectory(directory);
        sync(parent);
    }

    /** Makes durable which files the directory has. */
    static void sync(Path directory) throws IOException {
        try (FileChannel open = FileChannel.open(directory)) {
            open.force(false);
        }
    }
}
