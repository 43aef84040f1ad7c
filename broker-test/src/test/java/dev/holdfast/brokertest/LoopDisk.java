package dev.holdfast.brokertest;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A filesystem of its own, in a file, to which can be done what the one of the tests must not suffer. Needs root. Closing
 * it unmounts it; one that a test could not close goes with the tests.
 */
final class LoopDisk implements AutoCloseable {

    /** A filesystem, and how it is made and mounted. */
    enum Kind {
        EXT4("mkfs.ext4 -q -F", "errors=remount-ro"),
        XFS("mkfs.xfs -q -f", "rw");

        private final String make;
        private final String options;

        Kind(String make, String options) {
            this.make = make;
            this.options = options;
        }
    }

    private static final Set<LoopDisk> MOUNTED = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> MOUNTED.forEach(LoopDisk::detach), "unmount-all"));
    }

    private final Path image;
    private final Path path;
    private final @Nullable Kind kind;

    private LoopDisk(Path directory, @Nullable Kind kind) {
        this.kind = kind;
        this.image = directory.resolve("disk.img");
        this.path = directory.resolve("disk");
        try {
            Files.createDirectories(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!ManagedProcess.run("id", "-u").strip().equals("0")) {
            throw new IllegalStateException("this test mounts a filesystem: run the tests as root");
        }
    }

    /** Makes one and mounts it. XFS wants 300 MB at least. */
    static LoopDisk make(Path directory, Kind kind, long bytes) {
        LoopDisk disk = new LoopDisk(directory, kind);
        try (RandomAccessFile file = new RandomAccessFile(disk.image.toFile(), "rw")) {
            file.setLength(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ManagedProcess.run((kind.make + " " + disk.image).split(" ", -1));
        disk.mount();
        return disk;
    }

    /** A filesystem in memory. */
    static LoopDisk inMemory(Path directory, long bytes) {
        LoopDisk disk = new LoopDisk(directory, null);
        MOUNTED.add(disk);
        ManagedProcess.run("mount", "-t", "tmpfs", "-o", "size=" + bytes, "tmpfs", disk.path.toString());
        return disk;
    }

    private void mount() {
        Kind how = kind;
        if (how != null) {
            MOUNTED.add(this);
            ManagedProcess.run("mount", "-o", "loop," + how.options, image.toString(), path.toString());
        }
    }

    /** Where it is mounted. */
    Path path() {
        return path;
    }

    /** Cuts it off from its disk: what was not synced is gone, and everything fails until it is mounted again. */
    void cutPower() {
        ManagedProcess.run("xfs_io", "-x", "-c", "shutdown", path.toString());
    }

    /** As {@link #cutPower}, but what the filesystem itself has in its log is written before. */
    void cutPowerAfterLogFlush() {
        ManagedProcess.run("xfs_io", "-x", "-c", "shutdown -f", path.toString());
    }

    /** Unmounts it, when nobody uses it any more, and mounts it again: the machine is back. */
    void remount() {
        unmount();
        mount();
    }

    /** Lets ext4 find that it is damaged: it gets read-only. */
    void findDamage() {
        String device = ManagedProcess.run("findmnt", "-n", "-o", "SOURCE", path.toString())
                .strip();
        Path trigger = Path.of("/sys/fs/ext4", Path.of(device).getFileName().toString(), "trigger_fs_error");
        try {
            Files.writeString(trigger, "1");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void unmount() {
        ManagedProcess.run("umount", path.toString());
        MOUNTED.remove(this);
    }

    /** Also when somebody uses it still. */
    private void detach() {
        ManagedProcess.run("umount", "--lazy", path.toString());
    }

    @Override
    public void close() {
        if (MOUNTED.remove(this)) {
            detach();
        }
    }
}
