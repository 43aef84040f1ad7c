package dev.holdfast.brokertest.bench;

import dev.holdfast.gateway.journal.Journal;
import dev.holdfast.gateway.journal.LaneState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;

/**
 * Looks at the disk that a journal takes, all along, beside what it may take: 1.6 times what is live, what came in at the
 * highest rate for 1.5 s, and 4 files. The reserve for a full disk and copies for recovery are not counted: they are as
 * large as they are.
 */
final class Disk implements AutoCloseable {

    /** Size of one of Xodus's files. */
    static final long FILE_BYTES = 8 << 20;

    private static final double LIVE_FACTOR = 1.6;
    private static final double INGEST_SECONDS = 1.5;
    private static final int FILES = 4;
    private static final long PERIOD_MILLIS = 100;
    private static final long CLOSE_MILLIS = 5_000;

    private final Path directory;
    private final Journal journal;
    private final Thread thread = new Thread(this::sample, "disk");
    private volatile boolean closed;
    private double peakIngest;
    private volatile double worst;
    private volatile long highest;

    Disk(Path directory, Journal journal) {
        this.directory = directory;
        this.journal = journal;
        thread.start();
    }

    /** Bytes of the engine's log files below the directory. */
    static long used(Path directory) {
        long[] used = new long[1];
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (file.toString().matches(".*/xodus/[^/]*\\.xd")) {
                        used[0] += attributes.size();
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    return FileVisitResult.CONTINUE; // deleted meanwhile
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return used[0];
    }

    private void sample() {
        long total = total();
        long at = System.nanoTime();
        while (!closed) {
            try {
                Thread.sleep(PERIOD_MILLIS);
            } catch (InterruptedException e) {
                return;
            }
            long live = journal.lanes().stream().mapToLong(LaneState::bytes).sum();
            long used = used(directory);
            long newTotal = total();
            long now = System.nanoTime();
            peakIngest = Math.max(peakIngest, (newTotal - total) * 1e9 / (now - at));
            total = newTotal;
            at = now;
            highest = Math.max(highest, used);
            worst = Math.max(worst, used / (LIVE_FACTOR * live + INGEST_SECONDS * peakIngest + FILES * FILE_BYTES));
        }
    }

    private long total() {
        return journal.lanes().stream().mapToLong(LaneState::totalBytes).sum();
    }

    /** The highest of used through allowed. */
    double worst() {
        return worst;
    }

    long highest() {
        return highest;
    }

    /** Waits until no more than so many files are left; gives the seconds that took. */
    static double awaitFiles(Path directory, int files, long timeoutSeconds) {
        long start = System.nanoTime();
        while (used(directory) > files * FILE_BYTES) {
            if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(timeoutSeconds)) {
                throw new IllegalStateException(
                        "an empty journal takes " + used(directory) + " bytes after " + timeoutSeconds + " s");
            }
            java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        return (System.nanoTime() - start) / 1e9;
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
