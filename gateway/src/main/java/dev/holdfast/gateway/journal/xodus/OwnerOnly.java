package dev.holdfast.gateway.journal.xodus;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;

/** Directories that nobody but their owner may look into: they hold what devices said. */
final class OwnerOnly {

    private OwnerOnly() {}

    /**
     * Creates the directory and what is missing above it. When this returns, a power cut can't take them away, nor a file
     * that an earlier run has created and was killed before it could sync the directory.
     */
    static void createDirectories(Path directory) throws IOException {
        createMissing(directory.toAbsolutePath());
        // not by Files.getFileStore, which finds no mount point in a chroot
        PosixFileAttributeView posix = Files.getFileAttributeView(directory, PosixFileAttributeView.class);
        if (posix != null) {
            posix.setPermissions(PosixFilePermissions.fromString("rwx------"));
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

    private static void sync(Path directory) throws IOException {
        try (FileChannel open = FileChannel.open(directory)) {
            open.force(false);
        }
    }
}
