package dev.holdfast.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.agent.Signal;
import dev.holdfast.sink.Link;
import dev.holdfast.sink.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What wakes a route, and what does not. */
class AlarmTest extends SteppedRoute {

    private static final long SOON_NANOS = Duration.ofMillis(20).toNanos();

    @BeforeEach
    void takeTwoAtATime() {
        window = 2;
        signal = new Signal(); // the one before belongs to another
        forwarder = openForwarder();
    }

    /** A step that has seen all there is, and signals that are behind it. */
    private void stepAndSleep() {
        forwarder.doWork();
        boolean unused = signal.await(0);
    }

    private boolean isWoken() {
        return signal.await(0);
    }

    @Test
    void shouldSleepThroughCommitsWhileItsWindowIsFull() {
        connect();
        publish("a", "b", "c");
        stepAndSleep();

        publish("d");
        boolean byTheCommit = isWoken();
        sink.answer(Outcome.ACCEPTED);

        assertThat(byTheCommit).isFalse();
        assertThat(isWoken()).isTrue();
    }

    @Test
    void shouldWakeForCommitsAgainOnceItsWindowHasRoom() {
        connect();
        publish("a", "b", "c");
        stepAndSleep();
        sink.acceptAll();
        stepAndSleep();
        sink.acceptAll();
        stepAndSleep();

        publish("d");

        assertThat(isWoken()).isTrue();
        step();
        assertThat(sink.unanswered()).containsExactly("d");
    }

    @Test
    void shouldMissNoCommitWhileItLooks() {
        connect();
        publish("a", "b", "c");
        stepAndSleep();
        sink.acceptAll();
        boolean unused = signal.await(0);
        sink.duringNextDelivery(() -> publish("d"));

        forwarder.doWork(); // sends c, and has seen that there is nothing behind it

        assertThat(sink.unanswered()).containsExactly("c");
        assertThat(isWoken()).isTrue();
    }

    @Test
    void shouldLookAtWhatIsAcceptedSoonWhenAllIsSent() {
        connect();
        publish("a");
        stepAndSleep();

        sink.answer(Outcome.ACCEPTED);
        boolean byTheOutcome = isWoken();
        publish("b");

        assertThat(byTheOutcome).isFalse();
        assertThat(isWoken()).isTrue();
        assertThat(status().accepted()).isEqualTo(1);
    }

    @Test
    void shouldSleepNoLongerThanUntilItHandsProgressInWhileOutcomesCanNotWakeIt() {
        connect();
        clock.advance(Duration.ofSeconds(1)); // so that what is sent is reported in the same step
        publish("a");

        assertThat(forwarder.doWork()).isPositive().isLessThanOrEqualTo(SOON_NANOS);
    }

    @Test
    void shouldWakeForAnOutcomeThatIsMoreThanAccepted() {
        connect();
        publish("a");
        stepAndSleep();

        sink.answer(REJECTED);

        assertThat(isWoken()).isTrue();
    }

    @Test
    void shouldWakeForAnOutcomeThatTakesLong() {
        connect();
        publish("a");
        forwarder.doWork();
        clock.advance(Duration.ofMillis(20));
        long sleeps = forwarder.doWork();
        boolean unused = signal.await(0);

        sink.answer(Outcome.ACCEPTED);

        assertThat(sleeps).isGreaterThan(SOON_NANOS);
        assertThat(isWoken()).isTrue();
    }

    @Test
    void shouldSleepThroughCommitsInAnOutage() {
        connect();
        sink.down("cut", Link.Hint.LOST);
        publish("a");
        stepAndSleep();

        publish("b");

        assertThat(isWoken()).isFalse();
    }

    @Test
    void shouldReadTheFirstMessageOfAnOutage() {
        connect();
        sink.down("cut", Link.Hint.LOST);
        stepAndSleep();

        publish("a");
        boolean byTheFirst = isWoken();
        stepAndSleep();
        publish("b");

        assertThat(byTheFirst).isTrue();
        assertThat(isWoken()).isFalse();
    }

    @Test
    void shouldSleepThroughCommitsWhileItConnectsOrHolds() {
        awaitConnect();
        stepAndSleep();
        publish("a");
        boolean whileConnecting = isWoken();
        connect();
        sink.answer(PAUSED);
        stepAndSleep();
        publish("b");

        assertThat(whileConnecting).isFalse();
        assertThat(isWoken()).isFalse();
    }

    @Test
    void shouldSleepThroughCommitsWhileItHasManyBytesInFlight() {
        window = 8;
        signal = new Signal();
        forwarder = openForwarder();
        connect();
        String large = "x".repeat(3 << 20);
        publish(large, large, "c");
        stepAndSleep();

        publish("d");

        assertThat(sink.unanswered()).containsExactly(large, large);
        assertThat(isWoken()).isFalse();
    }

    @Test
    void shouldSleepThroughCommitsWhileItProbes() {
        publish("suspect", "b", "c");
        connect();
        for (int i = 0; i < 40 && sink.unanswered().contains("suspect"); i++) {
            sink.down("closed by the other side", Link.Hint.LOST);
            connect();
        }
        stepAndSleep();

        publish("d");

        assertThat(sink.unanswered()).hasSize(1).doesNotContain("suspect");
        assertThat(isWoken()).isFalse();
    }
}
