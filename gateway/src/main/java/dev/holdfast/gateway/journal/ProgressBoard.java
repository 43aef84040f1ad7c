package dev.holdfast.gateway.journal;

import dev.holdfast.gateway.agent.Signal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The routes' progress on its way to disk: routes hang up their latest, the committer takes it down when it is due.
 *
 * <p>Progress that is lost in a crash only means that messages are sent again, so it is not worth a commit of its own
 * each time: it is due when {@link #MAX_SETTLED} messages were settled since it was last written, or after {@link
 * #MAX_AGE_NANOS}.
 */
@SuppressWarnings("ReferenceEquality") // each post is an object of its own; comparing contents would cost more
final class ProgressBoard {

    static final int MAX_SETTLED = 1_000;

    /** So much more may be settled than is written, even if the disk is slow: what a crash has sent again. */
    static final int MAX_BEHIND = 2 * MAX_SETTLED;

    static final long MAX_AGE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final class Slot {
        private final String route;
        private volatile RouteProgress latest;
        private volatile RouteProgress written;

        // committer only
        private boolean waiting;
        private long waitingSinceNanos;
        private @Nullable RouteProgress taken;

        Slot(String route, RouteProgress stored) {
            this.route = route;
            this.latest = stored;
            this.written = stored;
        }

        @Nullable
        LaneProgress current(String lane) {
            RouteProgress progress = taken != null ? taken : written;
            for (LaneProgress known : progress.lanes()) {
                if (known.lane().equals(lane)) {
                    return known;
                }
            }
            return null;
        }
    }

    private final Map<String, Slot> slots = new LinkedHashMap<>();
    private final Signal signal;

    ProgressBoard(Map<String, RouteProgress> stored, Signal signal) {
        stored.forEach((route, progress) -> slots.put(route, new Slot(route, progress)));
        this.signal = signal;
    }

    /** Hangs up the latest progress of a route; one thread for each route. */
    void post(String route, RouteProgress progress) {
        Slot slot = slot(route);
        RouteProgress before = slot.latest;
        slot.latest = progress;
        RouteProgress written = slot.written;
        boolean first = before == written;
        if (first || progress.settled() - written.settled() >= MAX_SETTLED) {
            signal.signal();
        }
    }

    /** Whether a route that has settled so many is too far ahead of what is on disk. Any thread. */
    boolean isBehind(String route, long settled) {
        return settled - slot(route).written.settled() >= MAX_BEHIND;
    }

    /** What is on disk. */
    RouteProgress written(String route) {
        return slot(route).written;
    }

    private Slot slot(String route) {
        Slot slot = slots.get(route);
        if (slot == null) {
            throw new IllegalArgumentException("the journal was opened without route " + route);
        }
        return slot;
    }

    /** How long until something is due, in nanoseconds; 0 when something is, {@link Long#MAX_VALUE} when nothing waits. */
    long nanosUntilDue(long nowNanos) {
        long until = Long.MAX_VALUE;
        for (Slot slot : slots.values()) {
            RouteProgress latest = slot.latest;
            if (latest == slot.written) {
                slot.waiting = false;
                continue;
            }
            if (!slot.waiting) {
                slot.waiting = true;
                slot.waitingSinceNanos = nowNanos;
            }
            boolean many = latest.settled() - slot.written.settled() >= MAX_SETTLED;
            long left = many ? 0 : Math.max(0, slot.waitingSinceNanos + MAX_AGE_NANOS - nowNanos);
            until = Math.min(until, left);
        }
        return until;
    }

    /** Takes what has changed, by route, to be written with this commit. */
    Map<String, RouteProgress> take() {
        Map<String, RouteProgress> changed = new LinkedHashMap<>();
        for (Slot slot : slots.values()) {
            RouteProgress latest = slot.latest;
            slot.taken = latest;
            if (latest != slot.written) {
                changed.put(slot.route, latest);
            }
        }
        return changed;
    }

    /** Says that what was taken last is on disk. */
    void written() {
        for (Slot slot : slots.values()) {
            RouteProgress taken = slot.taken;
            if (taken != null) {
                slot.written = taken;
                slot.waiting = false;
                slot.taken = null;
            }
        }
    }

    /** Lowest pending sequence over all routes as taken for this commit, or written; the floor of trimming. */
    long floor(String lane) {
        long floor = Long.MAX_VALUE;
        for (Slot slot : slots.values()) {
            LaneProgress known = slot.current(lane);
            floor = Math.min(floor, known == null ? 0 : known.lowest());
        }
        return slots.isEmpty() ? 0 : floor;
    }

    /** What a route has still to deliver of a lane, as taken for this commit, or written; null when it has not begun. */
    @Nullable
    LaneProgress current(String route, String lane) {
        return slot(route).current(lane);
    }
}
