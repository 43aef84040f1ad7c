package dev.holdfast.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.agent.Signal;
import org.junit.jupiter.api.Test;

/** When outcomes wake the agent of a route. */
class OutcomeSignalTest {

    private static final long LONG_NANOS = 60_000_000_000L;

    private final Signal signal = new Signal();
    private final OutcomeSignal outcomes = new OutcomeSignal(signal);

    /** Whether the agent would wait no longer; a signal that was given is used up. */
    private boolean isWoken() {
        Thread agent = new Thread(() -> signal.await(LONG_NANOS));
        agent.start();
        while (agent.isAlive()) {
            if (agent.getState() == Thread.State.TIMED_WAITING) {
                signal.signal();
                join(agent);
                return false;
            }
            Thread.onSpinWait();
        }
        return true;
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void accept(int messages) {
        for (int i = 0; i < messages; i++) {
            outcomes.accepted();
        }
    }

    @Test
    void shouldWakeTheAgentForEachWhenLittleIsInFlight() {
        outcomes.looking();
        assertThat(outcomes.waiting(15)).isTrue();
        assertThat(outcomes.mayBeSilent()).isFalse();
        accept(1);

        assertThat(isWoken()).isTrue();
    }

    @Test
    void shouldWakeTheAgentForAnEighthOfWhatIsInFlight() {
        outcomes.looking();
        assertThat(outcomes.waiting(80)).isTrue();
        assertThat(outcomes.mayBeSilent()).isTrue();
        accept(9);
        assertThat(isWoken()).isFalse();
        accept(1);

        assertThat(isWoken()).isTrue();
    }

    @Test
    void shouldWakeTheAgentForSixtyFourHoweverManyAreInFlight() {
        outcomes.looking();
        assertThat(outcomes.waiting(10_000)).isTrue();
        accept(63);
        assertThat(isWoken()).isFalse();
        accept(1);

        assertThat(isWoken()).isTrue();
    }

    @Test
    void shouldWakeTheAgentAtOnceForTrouble() {
        outcomes.looking();
        assertThat(outcomes.waiting(512)).isTrue();
        outcomes.trouble();

        assertThat(isWoken()).isTrue();
    }

    @Test
    void shouldNotLetTheAgentWaitForWhatCameWhileItWasBusy() {
        outcomes.looking();
        assertThat(outcomes.waiting(512)).isTrue();
        outcomes.looking();
        accept(3); // less than what wakes an agent that has 512 in flight

        assertThat(outcomes.waiting(3)).isFalse();
        outcomes.looking();
        assertThat(outcomes.waiting(0)).isTrue();
    }

    @Test
    void shouldWakeTheAgentForEachWhenItIsAtItsEnd() {
        outcomes.looking();
        assertThat(outcomes.waiting(512)).isTrue();
        outcomes.all();
        accept(1);

        assertThat(isWoken()).isTrue();
    }
}
