package dev.holdfast.gateway.forward;

import dev.holdfast.gateway.journal.RouteProgress;

/** Counts the messages that a route has settled in its life, by how. Belongs to the route's agent. */
final class Tally {

    private long accepted;
    private long deadLettered;
    private long expired;

    Tally(RouteProgress stored) {
        this(stored.accepted(), stored.deadLettered(), stored.expired());
    }

    private Tally(long accepted, long deadLettered, long expired) {
        this.accepted = accepted;
        this.deadLettered = deadLettered;
        this.expired = expired;
    }

    void count(Window.Settled how) {
        switch (how) {
            case ACCEPTED -> accepted++;
            case DEAD_LETTERED -> deadLettered++;
            case EXPIRED -> expired++;
            case REMOVED -> {} // counted where it was removed
        }
    }

    Tally copy() {
        return new Tally(accepted, deadLettered, expired);
    }

    /** All that count; what was removed is not the route's to settle. */
    long settled() {
        return accepted + deadLettered + expired;
    }

    long accepted() {
        return accepted;
    }

    long deadLettered() {
        return deadLettered;
    }

    long expired() {
        return expired;
    }
}
