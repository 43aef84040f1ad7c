package dev.holdfast.brokertest.bench;

import dev.holdfast.gateway.journal.Journal;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Producers that each hand in one message, wait until it is durable, and go on: group commit makes them fast. */
final class Producers {

    static final int COUNT = 32;
    private static final long TIMEOUT_SECONDS = 60;

    /** Makes one message durable, which releases the semaphore. */
    private interface Sender {
        void send(long number, Semaphore durable);
    }

    private Producers() {}

    /** Messages per second through a journal. */
    static double rate(Journal journal, int payloadBytes, Duration time) {
        long before = Journals.head(journal);
        long[] sent = new long[1];
        double rate = run(time, sent, () -> {
            Sensors sensors = new Sensors(payloadBytes, 1);
            return (number, durable) ->
                    journal.append(sensors.append(number, 1, journal.gatewayMillis(), durable::release));
        });
        long stored = Journals.head(journal) - before;
        if (stored != sent[0]) {
            throw new IllegalStateException("sent were " + sent[0] + " messages, stored " + stored);
        }
        return rate;
    }

    /** Messages per second through one thread that gathers what waits, appends it to a raw log and syncs. */
    static double rawRate(RawLog log, int payloadBytes, Duration time) {
        LinkedBlockingQueue<Raw> queue = new LinkedBlockingQueue<>();
        long[] sent = new long[1];
        Thread writer = new Thread(() -> gather(queue, log, payloadBytes), "raw-writer");
        writer.start();
        double rate = run(time, sent, () -> {
            byte[] payload = new byte[payloadBytes];
            return (number, durable) -> queue.add(new Raw(payload, durable));
        });
        queue.add(Raw.END);
        join(writer);
        log.check();
        return rate;
    }

    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    private record Raw(byte[] payload, Semaphore durable) {
        private static final Raw END = new Raw(new byte[0], new Semaphore(0));
    }

    private static void gather(LinkedBlockingQueue<Raw> queue, RawLog log, int payloadBytes) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(COUNT * payloadBytes);
        List<Raw> batch = new ArrayList<>();
        try {
            while (true) {
                batch.clear();
                batch.add(queue.take());
                queue.drainTo(batch);
                if (batch.contains(Raw.END)) {
                    return;
                }
                bytes.clear();
                batch.forEach(raw -> bytes.put(raw.payload()));
                log.append(bytes.flip());
                batch.forEach(raw -> raw.durable().release());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static double run(Duration time, long[] sent, Supplier<Sender> senders) {
        AtomicLong next = new AtomicLong();
        long start = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            Sender sender = senders.get();
            Thread thread = new Thread(() -> produce(sender, next, start + time.toNanos()), "producer-" + i);
            threads.add(thread);
            thread.start();
        }
        threads.forEach(Producers::join);
        sent[0] = next.get();
        return sent[0] * 1e9 / (System.nanoTime() - start);
    }

    private static void produce(Sender sender, AtomicLong next, long endNanos) {
        Semaphore durable = new Semaphore(0);
        while (System.nanoTime() - endNanos < 0) {
            sender.send(next.getAndIncrement(), durable);
            try {
                if (!durable.tryAcquire(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("nothing became durable in " + TIMEOUT_SECONDS + " s");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join(TimeUnit.SECONDS.toMillis(TIMEOUT_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            throw new IllegalStateException(thread.getName() + " does not end");
        }
    }
}
