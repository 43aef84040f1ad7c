package dev.holdfast.gateway.forward;

import dev.holdfast.gateway.agent.Signal;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Wakes a route's agent when there are enough outcomes for it. With hundreds of messages in flight each wake-up for a few
 * of them costs more than they do, and has the next messages sent in as small pieces. So the agent says, whenever it has
 * nothing to do, how many it waits for; it must look by itself in a while, as fewer may come.
 */
final class OutcomeSignal {

    private static final int MOST = 64;
    private static final int SHARE = 8;

    private final Signal signal;

    /** Outcomes since the agent has looked. */
    private final AtomicInteger unseen = new AtomicInteger();

    private volatile int enough = 1;

    OutcomeSignal(Signal signal) {
        this.signal = signal;
    }

    /** There is one more that says nothing but "accepted". Any thread. */
    void accepted() {
        if (unseen.incrementAndGet() >= enough) {
            signal.signal();
        }
    }

    /** There is one that the agent must know of at once. Any thread. */
    void trouble() {
        signal.signal();
    }

    /** The agent is about to look at all outcomes that there are. */
    void looking() {
        unseen.set(0);
    }

    /**
     * The agent is about to wait.
     *
     * @param inFlight how many messages have no outcome that it has seen
     * @return false if there is enough to look at already
     */
    boolean waiting(int inFlight) {
        int next = Math.max(1, Math.min(MOST, inFlight / SHARE));
        enough = next;
        return unseen.get() < next;
    }

    /** The agent waits for each from now on. */
    void all() {
        enough = 1;
    }

    /** Whether less may come than what wakes the agent. */
    boolean mayBeSilent() {
        return enough > 1;
    }
}
