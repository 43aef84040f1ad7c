package dev.holdfast.gateway.admin;

import dev.holdfast.gateway.journal.Journal;
import dev.holdfast.gateway.journal.LaneLimits;
import dev.holdfast.gateway.journal.LaneOptions;
import dev.holdfast.gateway.journal.LaneState;
import dev.holdfast.gateway.journal.SpaceState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How the lanes stand, and what that means for publishers. */
final class LaneReports {

    private static final double MILLIS_PER_SECOND = 1_000.0;

    private final Journal journal;
    private final int reachable;

    /**
     * The lanes of a journal.
     *
     * @param reachable how many of them, from the first on, devices can publish to
     */
    LaneReports(Journal journal, int reachable) {
        this.journal = journal;
        this.reachable = reachable;
    }

    /** Whether there is a lane to which something can come, now or when the disk is cleaned up. */
    boolean isOneOpen() {
        for (int i = 0; i < reachable; i++) {
            if (!journal.isFull(i)) {
                return true;
            }
        }
        return false;
    }

    /** See {@link StatusReport.Store#accepting}. */
    String accepting() {
        if (!isOneOpen() || journal.spaceState() == SpaceState.CLEANING) {
            return "waiting";
        }
        for (int i = 0; i < reachable; i++) {
            if (journal.isFull(i)) {
                return "lanes full";
            }
        }
        return "all";
    }

    /** See {@link StatusReport.Store#space}. */
    String space() {
        return words(journal.spaceState(), " ");
    }

    List<StatusReport.Lane> of(List<LaneState> lanes) {
        List<LaneOptions> options = journal.laneOptions();
        List<StatusReport.Lane> reports = new ArrayList<>();
        for (int i = 0; i < lanes.size(); i++) {
            LaneState lane = lanes.get(i);
            LaneOptions option = options.get(i);
            boolean history =
                    option.history().ageMillis() > 0 && option.history().bytes() > 0;
            reports.add(new StatusReport.Lane(
                    lane.name(),
                    lane.tail(),
                    lane.head(),
                    lane.messages(),
                    lane.bytes(),
                    lane.storedBytes(),
                    lane.unrouted(),
                    journal.isFull(i) ? "full" : "open",
                    words(option.whenFull(), "-"),
                    i < reachable,
                    bounds(option.limit()),
                    history ? bounds(option.history()) : null));
        }
        return reports;
    }

    private static String words(Enum<?> value, String between) {
        return value.name().toLowerCase(Locale.ROOT).replace("_", between);
    }

    private static StatusReport.Bounds bounds(LaneLimits limits) {
        Long millis = limited(limits.ageMillis());
        return new StatusReport.Bounds(
                millis == null ? null : Double.valueOf(millis / MILLIS_PER_SECOND),
                limited(limits.bytes()),
                limited(limits.messages()));
    }

    private static @Nullable Long limited(long limit) {
        return limit == LaneLimits.UNLIMITED ? null : Long.valueOf(limit);
    }
}
