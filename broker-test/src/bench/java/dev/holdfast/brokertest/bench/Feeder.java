package dev.holdfast.brokertest.bench;

import dev.holdfast.gateway.journal.Journal;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Hands batches to a journal, a few of them always waiting so that the committer never does, and waits until they are
 * durable.
 */
final class Feeder {

    private static final int WAITING = 4;
    private static final long TIMEOUT_SECONDS = 60;

    private final Journal journal;
    private final Sensors sensors;
    private final int batch;
    private final Semaphore room = new Semaphore(WAITING);
    private long next;

    Feeder(Journal journal, Sensors sensors, int batch) {
        this.journal = journal;
        this.sensors = sensors;
        this.batch = batch;
        this.next = Journals.head(journal);
    }

    /** Hands in one batch, as soon as there is room for it. */
    void feed() {
        acquire(1);
        journal.append(sensors.append(next, batch, journal.gatewayMillis(), room::release));
        next += batch;
    }

    /** Waits until all that was handed in is durable. */
    void flush() {
        acquire(WAITING);
        room.release(WAITING);
        if (Journals.head(journal) != next) {
            throw new IllegalStateException("handed in were " + next + " messages, stored " + Journals.head(journal));
        }
    }

    /** Numbers of messages handed in so far, over all runs. */
    long fed() {
        return next;
    }

    /** Feeds for some time; gives durable messages per second. */
    double rate(Duration time) {
        long before = next;
        long start = System.nanoTime();
        while (System.nanoTime() - start < time.toNanos()) {
            feed();
        }
        flush();
        return (next - before) * 1e9 / (System.nanoTime() - start);
    }

    private void acquire(int permits) {
        try {
            if (!room.tryAcquire(permits, TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nothing became durable in " + TIMEOUT_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
