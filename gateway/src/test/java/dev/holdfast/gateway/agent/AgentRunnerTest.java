package dev.holdfast.gateway.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** An agent on a thread of its own. */
class AgentRunnerTest {

    /** What restores the flag of an interrupt that it held back must not keep the agent awake for ever. */
    @Test
    void shouldSleepAfterItWasInterrupted() {
        AtomicInteger steps = new AtomicInteger();
        AtomicReference<Thread> thread = new AtomicReference<>();
        Signal signal = new Signal();
        Agent agent = new Agent() {
            @Override
            public long doWork() {
                thread.set(Thread.currentThread());
                if (steps.incrementAndGet() == 1) {
                    Thread.currentThread().interrupt();
                }
                return TimeUnit.HOURS.toNanos(1);
            }

            @Override
            public void onClose() {
                // nothing to hand in
            }

            @Override
            public String roleName() {
                return "sleeper";
            }
        };

        try (AgentRunner runner = AgentRunner.start(agent, signal, failure -> {})) {
            await("the first step").until(() -> steps.get() >= 1);
            awaitSleep(thread);
            signal.signal();
            await("the second step").until(() -> steps.get() >= 2);
            awaitSleep(thread);

            assertThat(steps).hasValueLessThan(10);
            assertThat(runner.close(Duration.ofSeconds(5))).isTrue();
        }
    }

    private static void awaitSleep(AtomicReference<Thread> thread) {
        await("the agent to sleep").until(() -> {
            Thread known = thread.get();
            return known != null && known.getState() == Thread.State.TIMED_WAITING;
        });
    }
}
