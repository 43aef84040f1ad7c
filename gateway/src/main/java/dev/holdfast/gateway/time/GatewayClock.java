package dev.holdfast.gateway.time;

/**
 * Gateway time: milliseconds that only ever go forward, also across restarts. Ages and expiry run on it. Thread-safe.
 *
 * <p>It counts the time that the gateway has been running, from zero at its first start. It is resumed from what the
 * journal holds, so it must be told where it had come to. Time while the gateway was off is added only when the wall
 * clock was synchronised before and is again, which may take a while after a start; otherwise it stands still, and a
 * message gets older by the time that the gateway ran and by nothing else.
 */
public final class GatewayClock {

    /**
     * A moment as it is stored.
     *
     * @param gatewayMillis gateway time
     * @param wallMillis wall clock, milliseconds since 1970
     * @param wallSynced whether the wall clock was synchronised
     */
    public record Reading(long gatewayMillis, long wallMillis, boolean wallSynced) {

        /** Before the first start. */
        public static final Reading NONE = new Reading(0, 0, false);
    }

    /** How long {@link Clock#wallSynced()} is believed before it is asked again; it may cost a system call. */
    private static final long SYNC_CHECK_NANOS = 10_000_000_000L;

    /** A wall clock that moves by so much against the monotonic one was set: what was believed of it is worth nothing. */
    private static final long STEP_MILLIS = 1_000;

    private final Clock clock;
    private final Reading last;
    private final long startNanos;

    /** What is added for the time while the gateway was off; once, as soon as the wall clock can be trusted. */
    private volatile long offMillis;

    private volatile long syncCheckedAtNanos;

    /** By how much the wall clock was ahead of the monotonic one then. */
    private volatile long wallAheadMillis;

    private volatile boolean synced;

    /**
     * Resumes gateway time.
     *
     * @param clock the machine's clocks
     * @param last the latest moment that the store knows of, {@link Reading#NONE} when it is new
     */
    public GatewayClock(Clock clock, Reading last) {
        this.clock = clock;
        this.last = last;
        this.startNanos = clock.nanoTime();
        checkSync(startNanos);
    }

    /** Gateway time now, in milliseconds. */
    public long millis() {
        return last.gatewayMillis() + offMillis + millisSinceStart();
    }

    private long millisSinceStart() {
        return (clock.nanoTime() - startNanos) / 1_000_000;
    }

    /** Gateway time together with the wall clock, as it is stored beside messages. */
    public Reading read() {
        boolean syncedNow = wallSynced();
        return new Reading(millis(), clock.wallMillis(), syncedNow);
    }

    private boolean wallSynced() {
        long now = clock.nanoTime();
        if (now - syncCheckedAtNanos > SYNC_CHECK_NANOS || Math.abs(wallAhead(now) - wallAheadMillis) > STEP_MILLIS) {
            checkSync(now);
        }
        return synced;
    }

    private long wallAhead(long nowNanos) {
        return clock.wallMillis() - nowNanos / 1_000_000;
    }

    private synchronized void checkSync(long nowNanos) {
        syncCheckedAtNanos = nowNanos;
        wallAheadMillis = wallAhead(nowNanos);
        synced = clock.wallSynced();
        if (synced && offMillis == 0 && last.wallSynced()) {
            offMillis = Math.max(0, clock.wallMillis() - last.wallMillis() - millisSinceStart());
        }
    }
}
