package dev.holdfast.gateway.simulation;

import dev.holdfast.sink.Message;
import org.jspecify.annotations.Nullable;

/** A message under one sequence, as it was seen on disk. */
final class StoredCopy {

    /** What a route has done with it. */
    static final class Fate {

        enum State {
            /** It has to be sent, or sent again. */
            PENDING,
            /** The sink has it and has not said what became of it. */
            IN_FLIGHT,
            /** The sink has said that the upstream has taken it. */
            ACCEPTED,
            /** The sink has said that it will never be taken. */
            REJECTED
        }

        /** Sequence of the message before it that the route wants, for the stamp. */
        final long previous;

        State state = State.PENDING;

        /** What was sent first: it is always the same. */
        @Nullable
        Message first;

        /** How many links were lost while it was in flight. */
        int losses;

        /** Whether the sink has ever said that it will never be taken. */
        boolean rejected;

        boolean deadLetter;

        /** Whether it was removed before the route had delivered it. */
        boolean gap;

        /** Whether it is settled and that had to be on disk: it is never sent again. */
        boolean durable;

        Fate(long previous) {
            this.previous = previous;
        }
    }

    final Published message;
    final int lane;
    final long epoch;
    final long sequence;

    /** True time when it was found on disk. */
    final long storedMillis;

    /** The last look at the disk at which it was there. */
    int lastSeen = -1;

    /** By route; null where it is not wanted. */
    final @Nullable Fate[] fates;

    StoredCopy(Published message, int lane, long epoch, long sequence, long storedMillis, int routes) {
        this.message = message;
        this.lane = lane;
        this.epoch = epoch;
        this.sequence = sequence;
        this.storedMillis = storedMillis;
        this.fates = new Fate[routes];
    }

    Fate fate(int route) {
        Fate fate = fates[route];
        if (fate == null) {
            throw new AssertionError(this + " is not wanted by route " + route);
        }
        return fate;
    }

    /** Whether a sink had a reason to have it put aside. */
    boolean wasRefused() {
        for (Fate fate : fates) {
            if (fate != null && (fate.rejected || fate.losses > 0)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return message + "@" + lane + "/" + sequence;
    }
}
