package dev.holdfast.gateway.forward;

import dev.holdfast.gateway.agent.Signal;
import dev.holdfast.sink.Outcome;
import dev.holdfast.sink.Outcomes;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The outcomes of one batch. The sink puts each in once, from any thread; the route's agent reads them. When the agent
 * has given the batch up, what still comes in is read by nobody.
 */
final class Settlements implements Outcomes {

    private final AtomicReferenceArray<@Nullable Outcome> outcomes;
    private final Signal signal;
    private final AtomicBoolean trouble;

    /**
     * Outcomes that nobody knows yet.
     *
     * @param messages how many
     * @param trouble raised when an outcome is not simply "accepted"
     * @param signal wakes the agent
     */
    Settlements(int messages, AtomicBoolean trouble, Signal signal) {
        this.outcomes = new AtomicReferenceArray<>(messages);
        this.trouble = trouble;
        this.signal = signal;
    }

    @Override
    public void settle(int index, Outcome outcome) {
        if (outcomes.compareAndSet(index, null, outcome)) {
            if (!(outcome instanceof Outcome.Accepted)) {
                trouble.set(true);
            }
            signal.signal();
        }
    }

    @Nullable
    Outcome outcome(int index) {
        return outcomes.getAcquire(index);
    }
}
