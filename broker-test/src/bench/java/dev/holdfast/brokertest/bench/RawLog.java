package dev.holdfast.brokertest.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/** The least that durable writes can cost: bare payloads at the end of one file, and a sync. One thread at a time. */
final class RawLog implements AutoCloseable {

    private final Path file;
    private final FileChannel channel;
    private long written;

    RawLog(Path directory) {
        file = directory.resolve("raw.log");
        try {
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Appends and syncs batches for some time; gives messages per second. */
    double rate(Sensors sensors, int batch, Duration time) {
        ByteBuffer bytes = sensors.payloads(batch);
        long before = written;
        long start = System.nanoTime();
        while (System.nanoTime() - start < time.toNanos()) {
            append(bytes.rewind());
        }
        long nanos = System.nanoTime() - start;
        check();
        return (written - before) / (double) sensors.payloadBytes() * 1e9 / nanos;
    }

    /** All of it is on disk when this returns. */
    void append(ByteBuffer bytes) {
        try {
            while (bytes.hasRemaining()) {
                written += channel.write(bytes);
            }
            channel.force(false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Fails if the file does not have what was written. */
    void check() {
        try {
            if (channel.size() != written) {
                throw new IllegalStateException(
                        "the raw log should have " + written + " bytes, but has " + channel.size());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
