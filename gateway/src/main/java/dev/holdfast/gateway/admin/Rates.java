package dev.holdfast.gateway.admin;

import dev.holdfast.gateway.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Turns counters into rates over the last seconds. Thread-safe. */
final class Rates {

    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(10);

    private record Sample(long nanos, long count) {}

    private record Counter(LongSupplier count, Deque<Sample> samples) {}

    private final Clock clock;
    private final Map<String, Counter> counters = new HashMap<>();

    Rates(Clock clock) {
        this.clock = clock;
    }

    synchronized void watch(String name, LongSupplier count) {
        counters.put(name, new Counter(count, new ArrayDeque<>()));
    }

    /** Takes a sample of every counter; to be called about once a second. */
    synchronized void sample() {
        long now = clock.nanoTime();
        for (Counter counter : counters.values()) {
            counter.samples().addLast(new Sample(now, counter.count().getAsLong()));
            while (now - counter.samples().getFirst().nanos() > WINDOW_NANOS) {
                counter.samples().removeFirst();
            }
        }
    }

    /** What the counter gained a second since the oldest sample; 0 before there is one. */
    synchronized double perSecond(String name) {
        Counter counter = counters.get(name);
        Sample oldest = counter == null ? null : counter.samples().peekFirst();
        if (counter == null || oldest == null) {
            return 0;
        }
        long nanos = clock.nanoTime() - oldest.nanos();
        long gained = counter.count().getAsLong() - oldest.count();
        return nanos <= 0 ? 0 : gained * 1e9 / nanos;
    }
}
