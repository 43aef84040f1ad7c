package dev.holdfast.gateway.journal;

import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Decides whether a lane takes a message, from what is stored, what waits to be stored, and what the disk has left.
 * Asked by the I/O threads for each message; nothing here locks.
 *
 * <p>A lane that has turned somebody away opens again only when some of it is free, so that a full one does not wake
 * everybody for each message that leaves.
 *
 * <p><b>Limit.</b> What is being read while a lane fills up is taken all the same, so it may come to hold a little more
 * than its limit: at most one read of each connection, and one small batch of each tap.
 */
final class Admissions {

    /** A full lane opens again when a sixteenth of its limit is free. */
    private static final int FREE_PART = 16;

    /** A lane whose oldest can be dropped holds at least so much. */
    private static final int DROPPABLE_BYTES = 256 << 10;

    private final List<LaneLog> lanes;
    private final List<LaneOptions> options;
    private final Handover handover;
    private final SpaceGuard space;
    private final Aside aside;
    private final int ownBytes;
    private final AtomicIntegerArray turnedAway;
    private volatile boolean diskFull;
    private volatile boolean storeFull;

    /**
     * For the given lanes.
     *
     * @param ownBytes what is kept free of the room in the store for what is on its way into it
     */
    Admissions(
            List<LaneLog> lanes,
            List<LaneOptions> options,
            Handover handover,
            SpaceGuard space,
            Aside aside,
            int ownBytes) {
        this.lanes = lanes;
        this.options = options;
        this.handover = handover;
        this.space = space;
        this.aside = aside;
        this.ownBytes = ownBytes;
        this.turnedAway = new AtomicIntegerArray(lanes.size());
    }

    /** Whether the lane takes a message now. Any thread. */
    Admission of(int lane) {
        Admission answer = answer(lane);
        if (answer != Admission.TAKE && turnedAway.get(lane) == 0) {
            turnedAway.set(lane, 1);
        }
        return answer;
    }

    private Admission answer(int lane) {
        if (takesNothing(lane)) {
            return options.get(lane).whenFull() == WhenFull.REFUSE ? Admission.REFUSE : Admission.WAIT;
        }
        return space.isClosed() ? Admission.WAIT : Admission.TAKE;
    }

    /** Whether nothing comes into the lane until something leaves it, or the store. Any thread; leaves no trace. */
    boolean takesNothing(int lane) {
        return diskFull || isFull(lane) || (storeFull && !isDroppable(lane));
    }

    /** How the store stands. Any thread. */
    SpaceState state() {
        if (diskFull) {
            return SpaceState.DISK_FULL;
        }
        if (storeFull) {
            return SpaceState.FULL;
        }
        return space.isClosed() ? SpaceState.CLEANING : SpaceState.FREE;
    }

    /** By its own limits. */
    private boolean isFull(int lane) {
        LaneOptions option = options.get(lane);
        LaneLimits limit = option.limit();
        if (option.whenFull() == WhenFull.DROP_OLDEST) {
            return false;
        }
        LaneState state = lanes.get(lane).state();
        int part = turnedAway.get(lane) == 0 ? 0 : FREE_PART;
        return state.bytes() + handover.bytes(lane) >= less(limit.bytes(), part)
                || state.messages() + handover.messages(lane) >= less(limit.messages(), part);
    }

    private static long less(long limit, int part) {
        return part == 0 ? limit : limit - limit / part;
    }

    /** By how many bytes the store holds more than it should, so that what comes in finds room. Committer. */
    long excess() {
        long stored = aside.bytes();
        for (LaneLog lane : lanes) {
            stored += lane.storedBytes();
        }
        return stored + 2L * ownBytes - space.room();
    }

    /** Whether the store can make room for a message of this lane by dropping older ones, of this lane or a lesser one. */
    private boolean isDroppable(int lane) {
        for (int i = lane; i < options.size(); i++) {
            if (options.get(i).whenFull() == WhenFull.DROP_OLDEST
                    && lanes.get(i).state().storedBytes() > DROPPABLE_BYTES) {
                return true;
            }
        }
        return false;
    }

    /** Whether its history has to go because the lane, or the store, gets full. Committer. */
    boolean isPressed(int lane) {
        LaneLimits limit = options.get(lane).limit();
        LaneLog log = lanes.get(lane);
        return log.bytes() >= less(limit.bytes(), FREE_PART)
                || log.messages() >= less(limit.messages(), FREE_PART)
                || excess() > 0
                || space.isStuck();
    }

    /** Says whether a commit waits for space on the disk. Committer. */
    void diskIsFull(boolean full) {
        diskFull = full;
    }

    /** Whether somebody was turned away, and waits. Committer. */
    boolean isSomebodyWaiting() {
        for (int i = 0; i < turnedAway.length(); i++) {
            if (turnedAway.get(i) != 0) {
                return true;
            }
        }
        return false;
    }

    /** Takes into account what was stored or removed, and tells those who were turned away by lanes that have opened. Committer. */
    void update() {
        storeFull = space.isStuck() || excess() > ownBytes;
        boolean opened = false;
        for (int i = 0; i < turnedAway.length(); i++) {
            if (turnedAway.get(i) != 0 && answer(i) == Admission.TAKE) {
                turnedAway.set(i, 0);
                opened = true;
            }
        }
        if (opened) {
            handover.tellOfRoom();
        }
    }
}
