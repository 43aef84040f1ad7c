package dev.holdfast.brokertest.bench;

import dev.holdfast.gateway.agent.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The same flow through another engine: the calling thread commits, another one reads. What was settled goes into the
 * next commit when it is a thousand messages or more, as in the journal.
 */
final class EngineFlow implements Flow {

    private static final long SETTLED_AT_ONCE = 1_000;
    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(120);
    private static final long WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long CLOSE_MILLIS = 10_000;

    private final Engine engine;
    private final Sensors sensors;
    private final int batch;
    private final Signal signal = new Signal();
    private final Thread reader = new Thread(this::read, "reader");
    private volatile long appended;
    private volatile long settled;
    private volatile long behind = BACKLOG;
    private volatile boolean closed;
    private long removed;

    EngineFlow(Engine engine, Sensors sensors, int batch) {
        this.engine = engine;
        this.sensors = sensors;
        this.batch = batch;
        reader.start();
    }

    @Override
    public double run(long messages) {
        long before = appended;
        long start = System.nanoTime();
        while (appended < before + messages) {
            awaitSettled(appended - MAX_BACKLOG);
            List<byte[]> records = new ArrayList<>(batch);
            for (long number = appended; number < appended + batch; number++) {
                records.add(sensors.record(number));
            }
            commit(records, SETTLED_AT_ONCE);
        }
        return (appended - before) * 1e9 / (System.nanoTime() - start);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    private void commit(List<byte[]> records, long settledAtOnce) {
        long upTo = settled;
        boolean due = upTo - removed >= settledAtOnce;
        Engine.@Nullable Settled progress = due ? new Engine.Settled(removed, upTo) : null;
        engine.commit(appended, records, progress);
        if (due) {
            removed = upTo;
        }
        appended += records.size();
        signal.signal();
    }

    @Override
    public double drain() {
        long before = settled;
        long start = System.nanoTime();
        behind = 0;
        signal.signal();
        awaitSettled(appended);
        commit(List.of(), 1);
        double rate = (appended - before) * 1e9 / (System.nanoTime() - start);
        if (engine.stored() != 0) {
            throw new IllegalStateException(engine.stored() + " messages are stored after all were settled");
        }
        return rate;
    }

    private void awaitSettled(long messages) {
        long start = System.nanoTime();
        while (settled < messages) {
            if (!reader.isAlive() || System.nanoTime() - start > TIMEOUT_NANOS) {
                throw new IllegalStateException("nothing moves: the reader stands at " + settled + " of " + messages);
            }
            LockSupport.parkNanos(WAIT_NANOS / 100);
        }
    }

    private void read() {
        long atOnce = READ_BYTES / sensors.payloadBytes();
        while (!closed) {
            long keep = behind;
            if (appended - settled >= keep + (keep == 0 ? 1 : atOnce)) {
                long[] next = {settled};
                engine.read(next[0], record -> {
                    if (sensors.numberOf(record) != next[0]) {
                        throw new IllegalStateException(
                                "expected message " + next[0] + " but got " + sensors.numberOf(record));
                    }
                    next[0]++;
                });
                settled = next[0];
            } else {
                signal.await(WAIT_NANOS);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        signal.signal();
        try {
            reader.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        engine.close();
    }
}
