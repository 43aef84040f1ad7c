package dev.holdfast.gateway.forward;

import dev.holdfast.gateway.journal.Journal;
import dev.holdfast.gateway.journal.LaneProgress;
import dev.holdfast.gateway.journal.RouteProgress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a route tells others: its progress, which the journal writes, and its status. Made anew when something has changed, but
 * not too often. Belongs to the route's agent, but for {@link #status}.
 */
final class Report {

    /** So long after a change at the latest. */
    static final long AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final int AFTER_SETTLED = 1_000;

    private final String route;
    private final Journal journal;
    private boolean changed = true;
    private int settled;
    private long madeNanos;
    private @Nullable RouteProgress progress;
    private volatile RouteStatus status;

    /** With the first status; progress is due at once. */
    Report(String route, Journal journal, RouteStatus first, long now) {
        this.route = route;
        this.journal = journal;
        this.status = first;
        this.madeNanos = now - AFTER_NANOS;
    }

    /** The status as it was told last. Any thread. */
    RouteStatus status() {
        return status;
    }

    /** The progress that was handed in last; null when there was none. */
    @Nullable
    RouteProgress progress() {
        return progress;
    }

    /** Notes that something is different now. */
    void changed() {
        changed = true;
    }

    /** Notes that another message is settled. */
    void settled() {
        changed = true;
        settled++;
    }

    /** How long until it is due, in nanoseconds; 0 when it is, and the longest time when nothing has changed. */
    long nanosUntilDue(long now) {
        if (!changed) {
            return Long.MAX_VALUE;
        }
        return settled < AFTER_SETTLED ? Math.max(0, madeNanos + AFTER_NANOS - now) : 0;
    }

    /** Publishes the status without its progress. */
    void show(RouteStatus current) {
        status = current;
    }

    /** Publishes the status, and hands its progress in when that has changed. */
    void make(RouteStatus current, long now) {
        changed = false;
        settled = 0;
        madeNanos = now;
        status = current;
        List<LaneProgress> lanes = new ArrayList<>();
        for (RouteStatus.Lane lane : current.lanes()) {
            lanes.add(lane.progress());
        }
        RouteProgress made = new RouteProgress(lanes, current.accepted(), current.deadLettered(), current.expired());
        if (!made.equals(progress)) {
            progress = made;
            journal.saveProgress(route, made);
        }
    }
}
