package dev.holdfast.brokertest.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Counts what comes to a persistent session at a broker: mosquitto_sub, which writes two bytes for each message. */
final class Arrivals implements AutoCloseable {

    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final Process process;
    private final AtomicLong bytes = new AtomicLong();
    private volatile long lastNanos;

    Arrivals(int port) {
        try {
            process = new ProcessBuilder(started(port, "-F", "x"))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        Thread reader = new Thread(this::read, "arrivals");
        reader.setDaemon(true);
        reader.start();
    }

    /** Has the broker keep what comes for the session from now on. */
    static void subscribe(int port) {
        try {
            Process process =
                    new ProcessBuilder(started(port, "-E")).inheritIO().start();
            if (process.waitFor() != 0) {
                throw new IllegalStateException("mosquitto_sub can't subscribe");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static List<String> started(int port, String... more) {
        List<String> command = Stream.concat(
                        List.of(
                                "mosquitto_sub",
                                "-p",
                                "" + port,
                                "-V",
                                "311",
                                "-c",
                                "-i",
                                "arrivals",
                                "-q",
                                "1",
                                "-t",
                                "#")
                                .stream(),
                        Arrays.stream(more))
                .toList();
        Started.command(command);
        return command;
    }

    private void read() {
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = process.getInputStream()) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                bytes.addAndGet(read);
                lastNanos = System.nanoTime();
            }
        } catch (IOException e) {
            // it was ended
        }
    }

    /** How many have come. */
    long count() {
        return bytes.get() / 2;
    }

    /** When the last one came, by {@link System#nanoTime}. */
    long lastNanos() {
        return lastNanos;
    }

    /** Waits until so many have come in all; fails when nothing comes any more before that. */
    void await(long messages) {
        long before = -1;
        long since = System.nanoTime();
        while (count() < messages) {
            if (count() != before) {
                before = count();
                since = System.nanoTime();
            } else if (System.nanoTime() - since > QUIET_NANOS) {
                throw new IllegalStateException(messages + " are to come, and " + count() + " have");
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
