package dev.holdfast.gateway.agent;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next try: doubles with each, up to a limit, and a random part of it is left out so that a
 * thousand boxes do not come back in the same second. Not thread-safe.
 */
public final class Backoff {

    private final long firstNanos;
    private final long limitNanos;
    private final RandomGenerator random;
    private int tries;

    /**
     * Starts with the shortest wait.
     *
     * @param first the shortest
     * @param limit the longest
     */
    public Backoff(Duration first, Duration limit, RandomGenerator random) {
        this.firstNanos = first.toNanos();
        this.limitNanos = limit.toNanos();
        this.random = random;
    }

    /** The next wait, between half of the doubled one and all of it. */
    public long nextNanos() {
        int doublings = Math.min(tries, Long.numberOfLeadingZeros(firstNanos) - 2);
        tries++;
        long full = Math.min(limitNanos, firstNanos << doublings);
        return full / 2 + random.nextLong(full / 2 + 1);
    }

    /** It went well: the next wait is the shortest again. */
    public void reset() {
        tries = 0;
    }
}
