package dev.holdfast.gateway.load;

import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * What devices were told: how long acknowledgements took, from the first sending of a message on, and what was refused or
 * went wrong, by reason. Thread-safe.
 */
public final class Tally {

    private static final long MAX_NANOS = 600_000_000_000L;
    private static final int DIGITS = 3;

    private final Histogram latencies = new Histogram(MAX_NANOS, DIGITS);
    private final Map<String, Long> refused = new TreeMap<>();
    private final Map<String, Long> troubles = new TreeMap<>();
    private long acknowledged;

    /** Forgets what was measured so far; what was refused stays. */
    public synchronized void startMeasuring() {
        latencies.reset();
        acknowledged = 0;
    }

    synchronized void acknowledged(long nanos) {
        acknowledged++;
        latencies.recordValue(Math.min(MAX_NANOS, Math.max(0, nanos)));
    }

    synchronized void refused(String reason) {
        refused.merge(reason, 1L, Long::sum);
    }

    synchronized void trouble(String what) {
        troubles.merge(what, 1L, Long::sum);
    }

    /** Messages acknowledged since measuring began. */
    public synchronized long acknowledged() {
        return acknowledged;
    }

    /** How long acknowledgements took since then, in nanoseconds. */
    public synchronized Histogram latencies() {
        return latencies.copy();
    }

    /** Messages that were refused, by reason. */
    public synchronized Map<String, Long> refused() {
        return new TreeMap<>(refused);
    }

    /** Connections that were refused or ended, by reason. */
    public synchronized Map<String, Long> troubles() {
        return new TreeMap<>(troubles);
    }
}
