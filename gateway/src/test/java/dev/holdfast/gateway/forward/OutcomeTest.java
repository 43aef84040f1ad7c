package dev.holdfast.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.sink.Link;
import dev.holdfast.sink.Outcome;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What becomes of messages that the other side does not accept. */
class OutcomeTest extends SteppedRoute {

    @Test
    void shouldPutAsideWhatIsRejectedAndLetTheOthersFlow() {
        publish("1", "2", "3");
        connect();
        sink.answer(Outcome.ACCEPTED);
        sink.answer(REJECTED);
        sink.answer(Outcome.ACCEPTED);
        step();

        assertThat(status().deadLettered()).isEqualTo(1);
        assertThat(status().accepted()).isEqualTo(2);
        assertThat(status().state()).isEqualTo(RouteState.DELIVERING);
        assertThat(pending()).containsExactly(from(4));
        assertThat(deadLetters())
                .singleElement()
                .satisfies(letter ->
                        assertThat(letter).contains("payload format invalid").contains("2"));
    }

    @Test
    void shouldNotSettleARejectedMessageBeforeTheDeadLetterIsDurable() {
        publish("1");
        connect();
        sink.answer(REJECTED);
        forwarder.doWork();
        clock.advance(Duration.ofMillis(20));
        forwarder.doWork();
        assertThat(forwarder.status().deadLettered()).isZero();
        assertThat(forwarder.status().inFlight()).isEqualTo(1);

        step();
        assertThat(status().deadLettered()).isEqualTo(1);
    }

    @Test
    void shouldPauseAndTryAgainWithOneMessageWhenTheRouteIsNotAllowed() {
        publish("1", "2", "3", "4");
        connect();
        sink.answer(Outcome.ACCEPTED);
        sink.answer(PAUSED);
        sink.answer(Outcome.ACCEPTED);
        sink.answer(PAUSED);
        assertThat(status().state()).isEqualTo(RouteState.PAUSED);
        assertThat(status().lastError()).isEqualTo("not authorized (0x87)");
        assertThat(deadLetters()).isEmpty();
        publish("5");
        step();
        assertThat(sink.unanswered()).isEmpty();

        pass(Duration.ofMinutes(1));
        assertThat(sink.unanswered()).containsExactly("2");
        sink.answer(PAUSED);
        pass(Duration.ofMinutes(1));
        assertThat(sink.unanswered()).containsExactly("2");

        sink.answer(Outcome.ACCEPTED);
        step();
        assertThat(sink.unanswered()).containsExactly("4", "5");
        assertThat(status().state()).isEqualTo(RouteState.DELIVERING);
    }

    @Test
    void shouldPauseWhenTheBrokerRefusesTheConnection() {
        pass(Duration.ZERO);
        sink.down("bad user name or password (0x86)", Link.Hint.REFUSED);
        step();

        assertThat(status().state()).isEqualTo(RouteState.PAUSED);
        assertThat(status().lastError()).contains("bad user name");
        pass(Duration.ofMinutes(1));
        assertThat(sink.connects()).isEqualTo(2);
    }

    @Test
    void shouldWaitAsLongAsTheSinkWantsBeforeARetry() {
        publish("1", "2");
        connect();
        sink.answer(new Outcome.Retry("busy", Optional.of(Duration.ofSeconds(30))));
        sink.answer(Outcome.ACCEPTED);
        pass(Duration.ofSeconds(29));
        assertThat(sink.unanswered()).isEmpty();

        pass(Duration.ofSeconds(2));

        assertThat(sink.delivered()).containsExactly("1", "2", "1");
    }

    @Test
    void shouldNotGoBackBeforeWhatIsInFlightIsAnswered() {
        publish("1", "2");
        connect();
        sink.take("1").answer(Outcome.retry("busy"));
        pass(Duration.ofSeconds(15));
        assertThat(sink.delivered()).containsExactly("1", "2");

        sink.answer(Outcome.ACCEPTED);
        step();

        assertThat(sink.delivered()).containsExactly("1", "2", "1");
    }
}
