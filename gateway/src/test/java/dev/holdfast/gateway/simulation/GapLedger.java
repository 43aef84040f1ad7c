package dev.holdfast.gateway.simulation;

import dev.holdfast.gateway.journal.Gap;
import dev.holdfast.gateway.journal.GapReason;
import dev.holdfast.gateway.journal.LaneOptions;
import dev.holdfast.gateway.journal.WhenFull;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Holds the gaps on disk against what really went, and against what the lanes allow to go. */
final class GapLedger {

    private final Setup setup;
    private List<Gap> gaps = List.of();

    GapLedger(Setup setup) {
        this.setup = setup;
    }

    /** Notes the gaps that are on disk now. */
    void found(List<Gap> found) {
        gaps = found;
    }

    /**
     * Each message that is gone is on record once at most, and once at least if somebody has missed it.
     *
     * @param missed how many messages are known to be gone that somebody did not get, or that nobody wanted
     * @param gone how many messages are gone in all
     */
    void checkCount(long missed, long gone) {
        long recorded = gaps.stream().mapToLong(Gap::messages).sum();
        long refused = gaps.stream()
                .filter(gap -> gap.reason() == GapReason.REJECTED) // before they are gone
                .mapToLong(Gap::messages)
                .sum();
        if (recorded < missed || recorded - refused > gone) {
            throw new AssertionError("gaps: there are " + recorded + " messages on record, " + gone
                    + " are gone, of which " + missed + " were missed: " + gaps);
        }
    }

    /**
     * Whether the loss of a message is on record.
     *
     * @param route the route that has missed it; null when nobody wants it
     */
    boolean accountsFor(StoredCopy copy, Setup.@Nullable Route route, long trueMillis) {
        for (Gap gap : gaps) {
            boolean concerned =
                    route == null ? gap.routes().isEmpty() : gap.routes().contains(route.name());
            boolean covered = gap.lane().equals(setup.laneNames().get(copy.lane))
                    && gap.from() <= copy.sequence
                    && copy.sequence <= gap.to();
            if (concerned && covered && isAllowed(gap, copy, trueMillis)) {
                return true;
            }
        }
        return false;
    }

    private boolean isAllowed(Gap gap, StoredCopy copy, long trueMillis) {
        LaneOptions lane = setup.lanes().get(copy.lane);
        return switch (gap.reason()) {
            case AGE -> trueMillis - copy.storedMillis >= lane.limit().ageMillis();
            case SIZE, COUNT, QUOTA -> lane.whenFull() == WhenFull.DROP_OLDEST;
            case PASSED -> false; // there is no gate
            case REJECTED -> copy.wasRefused();
            case CORRUPT, LOST -> false;
        };
    }

    @Override
    public String toString() {
        return "gaps " + gaps;
    }
}
