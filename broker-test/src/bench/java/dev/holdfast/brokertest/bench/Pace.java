package dev.holdfast.brokertest.bench;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/** Does things at a rate that does not depend on how fast they get done. */
final class Pace {

    private static final long TICK_NANOS = 500_000;

    private Pace() {}

    /** Calls the work with how many are due, often enough; gives how many there were. */
    static long run(double perSecond, Duration time, LongConsumer work) {
        long start = System.nanoTime();
        long done = 0;
        for (long now = start; now - start < time.toNanos(); now = System.nanoTime()) {
            long due = (long) ((now - start) * perSecond / 1e9) - done;
            if (due > 0) {
                work.accept(due);
                done += due;
            }
            LockSupport.parkNanos(TICK_NANOS);
        }
        return done;
    }
}
