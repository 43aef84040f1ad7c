package dev.holdfast.gateway.time;

import java.util.ArrayList;
import java.util.List;

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

    /** Messages of more starts than this do not wait together. */
    private static final int MAX_JUMPS = 32;

    private final Clock clock;
    private final Reading last;
    private final long startNanos;

    /** What is added for the time while the gateway was off; once, as soon as the wall clock can be trusted. */
    private volatile long offMillis;

    private volatile long syncCheckedAtNanos;

    /** By how much the wall clock was ahead of the monotonic one then. */
    private volatile long wallAheadMillis;

    private volatile boolean synced;

    private volatile List<Jump> jumps;

    /**
     * Time while the gateway was off that was added when it had been running for a while.
     *
     * @param fromMillis gateway time at the start
     * @param atMillis gateway time when it was added, without it
     * @param byMillis how much was added; what came in between is younger by it than gateway time says
     */
    public record Jump(long fromMillis, long atMillis, long byMillis) {}

    /**
     * Resumes gateway time.
     *
     * @param clock the machine's clocks
     * @param last the latest moment that the store knows of, {@link Reading#NONE} when it is new
     * @param jumps what {@link #jumps()} said in earlier runs
     */
    public GatewayClock(Clock clock, Reading last, List<Jump> jumps) {
        this.clock = clock;
        this.jumps = List.copyOf(jumps);
        this.last = last;
        this.startNanos = clock.nanoTime();
        checkSync(startNanos);
        this.jumps = List.copyOf(jumps); // nothing has come in yet that time which was added just now is no part of
    }

    /** Gateway time now, in milliseconds. */
    public long millis() {
        return last.gatewayMillis() + offMillis + millisSinceStart();
    }

    /** How long ago something happened that has the given gateway time, in milliseconds. */
    public long age(long sinceMillis) {
        long age = millis() - sinceMillis;
        for (Jump jump : jumps) {
            // no later moment has a time between those two; a thread may have read the one before while it was added
            boolean before = sinceMillis < jump.atMillis() + jump.byMillis();
            if (sinceMillis >= jump.fromMillis() && before) {
                age -= jump.byMillis();
            }
        }
        return age;
    }

    /** The jumps that {@link #age} has to know of, the oldest first. They must be stored before a restart. */
    public List<Jump> jumps() {
        return jumps;
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

    private void jumpBy(long byMillis) {
        long at = millis();
        if (byMillis > 0) {
            List<Jump> all = new ArrayList<>(jumps);
            all.add(new Jump(last.gatewayMillis(), at, byMillis));
            jumps = List.copyOf(all.subList(Math.max(0, all.size() - MAX_JUMPS), all.size()));
        }
        offMillis = byMillis;
    }

    private long wallAhead(long nowNanos) {
        return clock.wallMillis() - nowNanos / 1_000_000;
    }

    private synchronized void checkSync(long nowNanos) {
        syncCheckedAtNanos = nowNanos;
        wallAheadMillis = wallAhead(nowNanos);
        synced = clock.wallSynced();
        if (synced && offMillis == 0 && last.wallSynced()) {
            jumpBy(Math.max(0, clock.wallMillis() - last.wallMillis() - millisSinceStart()));
        }
    }
}
