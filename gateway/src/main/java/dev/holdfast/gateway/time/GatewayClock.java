package dev.holdfast.gateway.time;

/**
 * Gateway time: milliseconds that only ever go forward, also across restarts. Ages and expiry run on it. Thread-safe.
 *
 * <p>It counts the time that the gateway has been running, from zero at its first start. It is resumed from what the
 * journal holds, so it must be told where it had come to. Time while the gateway was off is added only when the wall
 * clock was synchronised before and after; otherwise it stands still, and a message gets older by the time that the
 * gateway ran and by nothing else.
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

    private final Clock clock;
    private final long startNanos;
    private final long startGatewayMillis;

    private volatile long syncCheckedAtNanos;
    private volatile boolean synced;

    /**
     * Resumes gateway time.
     *
     * @param clock the machine's clocks
     * @param last the latest moment that the store knows of, {@link Reading#NONE} when it is new
     */
    public GatewayClock(Clock clock, Reading last) {
        this.clock = clock;
        this.startNanos = clock.nanoTime();
        this.synced = clock.wallSynced();
        this.syncCheckedAtNanos = startNanos;
        long off = last.wallSynced() && synced ? Math.max(0, clock.wallMillis() - last.wallMillis()) : 0;
        this.startGatewayMillis = last.gatewayMillis() + off;
    }

    /** Gateway time now, in milliseconds. */
    public long millis() {
        return startGatewayMillis + (clock.nanoTime() - startNanos) / 1_000_000;
    }

    /** Gateway time together with the wall clock, as it is stored beside messages. */
    public Reading read() {
        return new Reading(millis(), clock.wallMillis(), wallSynced());
    }

    private boolean wallSynced() {
        long now = clock.nanoTime();
        if (now - syncCheckedAtNanos > SYNC_CHECK_NANOS) {
            syncCheckedAtNanos = now;
            synced = clock.wallSynced();
        }
        return synced;
    }
}
