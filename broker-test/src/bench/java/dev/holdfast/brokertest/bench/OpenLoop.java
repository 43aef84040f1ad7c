package dev.holdfast.brokertest.bench;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Messages that arrive whether or not those before them are on disk, as devices send them: the least that anybody who syncs
 * before he acknowledges has them wait. One sync is for all that have come during the one before it.
 */
final class OpenLoop {

    private static final int MOST_WAITING = 1 << 16;
    private static final int POLL_MILLIS = 100;

    private final RawLog log;
    private final long periodNanos;
    private final BlockingQueue<Long> arrived = new ArrayBlockingQueue<>(MOST_WAITING);
    private final ByteBuffer message = new Sensors(Load.PAYLOAD, 1).payloads(1);

    OpenLoop(RawLog log, int perSecond) {
        this.log = log;
        this.periodNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
    }

    /** Microseconds from a message's arrival to the end of its sync. */
    Histogram run(Duration time) {
        Histogram micros = new Histogram(3);
        Thread devices = new Thread(() -> arrive(time), "devices");
        devices.start();
        try {
            while (devices.isAlive() || !arrived.isEmpty()) {
                Long first = arrived.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
                if (first != null) {
                    commit(first, micros);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return micros;
    }

    private void arrive(Duration time) {
        long start = System.nanoTime();
        for (long due = start; due - start < time.toNanos(); due += periodNanos) {
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            arrived.add(System.nanoTime());
        }
    }

    private void commit(long first, Histogram micros) {
        int waiting = arrived.size();
        ByteBuffer bytes = ByteBuffer.allocate((1 + waiting) * Load.PAYLOAD);
        while (bytes.hasRemaining()) {
            bytes.put(message.rewind());
        }
        log.append(bytes.flip());
        long end = System.nanoTime();
        micros.recordValue(TimeUnit.NANOSECONDS.toMicros(end - first));
        for (int i = 0; i < waiting; i++) {
            micros.recordValue(TimeUnit.NANOSECONDS.toMicros(end - arrived.remove()));
        }
    }
}
