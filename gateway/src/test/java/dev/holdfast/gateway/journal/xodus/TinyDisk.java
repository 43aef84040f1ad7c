package dev.holdfast.gateway.journal.xodus;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real file system that is small, mounted for a test; needs root, as everything that mounts does. */
final class TinyDisk implements AutoCloseable {

    private final Path mountPoint;

    private TinyDisk(Path mountPoint) {
        this.mountPoint = mountPoint;
    }

    /** In memory. */
    static TinyDisk tmpfs(Path temp, int mebibytes) throws IOException {
        Path mountPoint = Files.createDirectory(temp.resolve("disk"));
        run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", mountPoint.toString());
        return new TinyDisk(mountPoint);
    }

    /** ext4 in a file. */
    static TinyDisk ext4(Path temp, int mebibytes) throws IOException {
        Path image = temp.resolve("image");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength((long) mebibytes << 20);
        }
        run("mkfs.ext4", "-q", "-F", "-m", "0", image.toString());
        Path mountPoint = Files.createDirectory(temp.resolve("disk"));
        run("mount", "-o", "loop", image.toString(), mountPoint.toString());
        return new TinyDisk(mountPoint);
    }

    Path path() {
        return mountPoint;
    }

    @Override
    public void close() throws IOException {
        run("umount", "-l", mountPoint.toString()); // Xodus leaves a channel of its directory to the garbage collector
    }

    private static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(List.of(command) + " failed: " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted");
        } finally {
            process.destroyForcibly();
        }
    }
}
