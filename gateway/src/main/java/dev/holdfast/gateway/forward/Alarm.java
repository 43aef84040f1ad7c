package dev.holdfast.gateway.forward;

import dev.holdfast.gateway.agent.Signal;

/**
 * Wakes the route's agent, but not for what it can do nothing with: to wake a thread costs more than to count an outcome. A
 * route whose window is full has no use for another commit, and one that has sent all there is can look at outcomes later.
 *
 * <p>The agent first says that it waits for everything, looks, and then says what it still waits for: what happens in
 * between wakes it. That takes volatile writes on both sides, here and of what is looked at, which comes first over there.
 */
final class Alarm {

    /** What wakes the agent, beside what {@link #ring rings}. */
    enum For {
        /** Commits, and that messages are accepted. */
        EVERYTHING,
        /** Commits. */
        MESSAGES,
        /** That messages are accepted. */
        OUTCOMES
    }

    private final Signal signal;
    private volatile For awaited = For.EVERYTHING;

    Alarm(Signal signal) {
        this.signal = signal;
    }

    /** Says what the agent waits for from now on. Its thread. */
    void awaits(For what) {
        awaited = what;
    }

    /** Something was committed, and can be read. Any thread. */
    void committed() {
        if (awaited != For.OUTCOMES) {
            signal.signal();
        }
    }

    /** A message was accepted, and that can be seen. Any thread. */
    void accepted() {
        if (awaited != For.MESSAGES) {
            signal.signal();
        }
    }

    /** Something has happened that the agent must look at. Any thread. */
    void ring() {
        signal.signal();
    }
}
