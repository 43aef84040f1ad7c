package dev.holdfast.gateway.time;

/**
 * The machine's clocks. Thread-safe.
 *
 * <p>Order never depends on any of them. {@link #nanoTime()} measures durations; {@link #wallMillis()} is only ever
 * stored beside a message or shown to people, because on small boxes it starts in 1970 and jumps when NTP answers.
 */
public interface Clock {

    /** Monotonic time in nanoseconds, from an arbitrary origin; only differences mean anything. */
    long nanoTime();

    /** Milliseconds since 1970-01-01T00:00:00Z as the machine believes, right or wrong. */
    long wallMillis();

    /** Whether the machine says that its wall clock is synchronised to a reference. */
    boolean wallSynced();

    /** The clocks of this machine. */
    static Clock system() {
        return SystemClock.INSTANCE;
    }
}
