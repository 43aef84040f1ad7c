package dev.holdfast.gateway.journal;

/**
 * How a lane is to be run.
 *
 * @param name its name, under which it is stored
 * @param limit what it may hold: messages that are older than its age go, delivered or not; when its size or number is
 *     reached, the lane is full
 * @param history how long messages stay that every route which wants them has settled: until one of age and size is
 *     exceeded; {@link LaneLimits#NOTHING} lets them go at once
 * @param whenFull what becomes of a message when the lane is full, or the store is
 */
public record LaneOptions(String name, LaneLimits limit, LaneLimits history, WhenFull whenFull) {

    /** A lane that keeps what is not delivered, and makes publishers wait when the store is full. */
    public static LaneOptions unlimited(String name) {
        return new LaneOptions(name, LaneLimits.NONE, LaneLimits.NOTHING, WhenFull.STALL);
    }

    boolean keepsHistory() {
        return history.ageMillis() > 0 && history.bytes() > 0;
    }
}
