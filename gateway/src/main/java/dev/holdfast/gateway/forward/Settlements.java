package dev.holdfast.gateway.forward;

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
    private final Alarm alarm;
    private final AtomicBoolean trouble;

    /**
     * Outcomes that nobody knows yet.
     *
     * @param messages how many
     * @param trouble raised when an outcome is not simply "accepted"
     * @param alarm wakes the agent
     */
    Settlements(int messages, AtomicBoolean trouble, Alarm alarm) {
        this.outcomes = new AtomicReferenceArray<>(messages);
        this.trouble = trouble;
        this.alarm = alarm;
    }

    @Override
    public void settle(int index, Outcome outcome) {
        if (outcomes.compareAndSet(index, null, outcome)) {
            if (outcome instanceof Outcome.Accepted) {
                alarm.accepted();
            } else {
                trouble.set(true);
                alarm.ring();
            }
        }
    }

    @Nullable
    Outcome outcome(int index) {
        return outcomes.get(index); // not weaker: see Alarm
    }
}
