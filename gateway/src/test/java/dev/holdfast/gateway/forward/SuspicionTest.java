package dev.holdfast.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.journal.LaneProgress;
import dev.holdfast.sink.Link;
import dev.holdfast.sink.Outcome;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A message that makes the other side close the link, and an other side that always does. */
class SuspicionTest extends SteppedRoute {

    /** The other side closes whenever it gets a poison, and accepts all else. */
    private void playUntilSettled(int maxRounds) {
        for (int round = 0; round < maxRounds && !pending().equals(List.of(from(journal.head(0) + 1))); round++) {
            connect();
            while (!sink.unanswered().isEmpty()) {
                if (sink.unanswered().get(0).startsWith("poison")) {
                    sink.down("closed by the other side", Link.Hint.LOST);
                } else {
                    sink.answer(Outcome.ACCEPTED);
                }
                step();
            }
        }
    }

    private void closeOnEverything(int times) {
        for (int i = 0; i < times; i++) {
            connect();
            sink.down("closed by the other side", Link.Hint.LOST);
            step();
        }
    }

    @Test
    void shouldFindTheMessageThatMakesTheOtherSideClose() {
        publish("1", "2", "3", "poison", "5", "6");

        playUntilSettled(40);

        assertThat(deadLetters())
                .singleElement()
                .satisfies(letter -> assertThat(letter).contains("poison").contains("closed the link"));
        assertThat(status().accepted()).isEqualTo(5);
        assertThat(status().deadLettered()).isEqualTo(1);
        assertThat(sink.delivered().stream().distinct()).containsExactly("1", "2", "3", "poison", "5", "6");
    }

    @Test
    void shouldGetThroughManySuchMessagesOneAfterTheOther() {
        publish("1", "poison 1", "poison 2", "poison 3", "poison 4", "poison 5");
        publish("7", "8", "9", "10", "11", "12", "13", "14", "15");

        playUntilSettled(200);

        assertThat(deadLetters())
                .hasSize(5)
                .allSatisfy(letter -> assertThat(letter).contains("poison"));
        assertThat(status().accepted()).isEqualTo(10);
    }

    @Test
    void shouldNotTakeAnExpiredMessageForProof() {
        publish("poison");
        publishTo("t", "2", expiry(1));
        clock.advance(Duration.ofSeconds(5));

        playUntilSettled(40);

        assertThat(deadLetters()).isEmpty();
        assertThat(pending()).startsWith(new LaneProgress.Range(1, 1));
    }

    @Test
    void shouldNotCondemnAMessageThatIsAloneUntilThereIsAnotherToTry() {
        publish("poison");
        playUntilSettled(40);
        assertThat(deadLetters()).isEmpty();
        assertThat(pending()).containsExactly(from(1));
        int before = sink.connects();
        for (int second = 0; second < 60; second++) {
            pass(Duration.ofSeconds(1));
            if (sink.isAsked()) {
                connect();
                sink.down("closed by the other side", Link.Hint.LOST);
                step();
            }
        }
        assertThat(sink.connects() - before)
                .as("how often it connects in a minute")
                .isBetween(5, 15);

        publish("2");
        playUntilSettled(10);

        assertThat(deadLetters()).hasSize(1);
        assertThat(status().accepted()).isEqualTo(1);
    }

    @Test
    void shouldPauseWhenTheOtherSideClosesOnEverything() {
        publish("1", "2", "3", "4");
        boolean paused = false;
        for (int i = 0; i < 40 && !paused; i++) {
            closeOnEverything(1);
            paused = status().state() == RouteState.PAUSED;
        }

        assertThat(paused).isTrue();
        assertThat(status().lastError()).contains("closed by the other side");
        assertThat(deadLetters()).isEmpty();
        assertThat(pending()).containsExactly(from(1));
    }

    /** However far the suspicion has come when the other side is well again, nobody is condemned. */
    @Test
    void shouldCondemnNobodyWhenTheOtherSideRecovers() {
        for (int closes = 1; closes < 40; closes++) {
            crash();
            publish("a" + closes, "b", "c", "d");
            closeOnEverything(closes);

            playUntilSettled(10);

            assertThat(deadLetters()).as("after %d closes", closes).isEmpty();
            assertThat(pending()).containsExactly(from(journal.head(0) + 1));
        }
    }

    /** An other side that takes the probe and closes at once, so that the agent hears of both in one step. */
    @Test
    void shouldCondemnNobodyWhoseLastTryDidNotCome() {
        publish("1", "2");
        for (int i = 0; i < 40 && !sink.unanswered().equals(List.of("2")); i++) {
            closeOnEverything(1);
            connect();
        }
        assertThat(sink.unanswered()).containsExactly("2");

        sink.answer(Outcome.ACCEPTED);
        sink.down("closed by the other side", Link.Hint.LOST);
        step();

        assertThat(deadLetters()).isEmpty();
        connect();
        assertThat(sink.unanswered()).containsExactly("1");
        sink.acceptAll();
        assertThat(status().accepted()).isEqualTo(2);
    }

    /** A large message on a slow link takes its time. */
    @Test
    void shouldSuspectNoMessageForWhichItDidNotWaitLongEnough() {
        publish("large", "2");
        for (int i = 0; i < 30; i++) {
            connect();
            for (int seconds = 0; sink.isUp() && seconds < 400; seconds++) {
                pass(Duration.ofSeconds(1));
            }
        }

        assertThat(deadLetters()).isEmpty();
        assertThat(status().state()).isNotEqualTo(RouteState.PAUSED);
        assertThat(pending()).containsExactly(from(1));
    }
}
