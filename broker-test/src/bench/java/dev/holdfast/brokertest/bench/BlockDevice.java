package dev.holdfast.brokertest.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** The disk that a directory lies on, as Linux counts what is written to it: the file system's own journal included. */
final class BlockDevice {

    private static final int SECTOR = 512;
    private static final int WRITTEN_SECTORS = 6;

    private final Path statistics;

    private BlockDevice(Path statistics) {
        this.statistics = statistics;
    }

    static BlockDevice of(Path directory) {
        try {
            long device = (Long) Files.getAttribute(directory, "unix:dev");
            long major = ((device >> 8) & 0xfff) | ((device >> 32) & ~0xfffL);
            long minor = (device & 0xff) | ((device >> 12) & ~0xffL);
            return new BlockDevice(Path.of("/sys/dev/block/" + major + ":" + minor + "/stat"));
        } catch (IOException e) {
            return new BlockDevice(Path.of("/sys/dev/block/none"));
        }
    }

    /** Has the disk take what everybody has written before, a build for example, which would come to it half a minute later. */
    static void settle() {
        try {
            int exit = new ProcessBuilder("sync").inheritIO().start().waitFor();
            if (exit != 0) {
                throw new IllegalStateException("sync: exit code " + exit);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Bytes that were written to it by anybody; empty when nothing tells. */
    OptionalLong written() {
        try {
            String[] fields = Files.readString(statistics).strip().split("\\s+", 0);
            return OptionalLong.of(Long.parseLong(fields[WRITTEN_SECTORS]) * SECTOR);
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }
}
