package dev.holdfast.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.journal.Gap;
import dev.holdfast.gateway.journal.LaneLimits;
import dev.holdfast.gateway.journal.LaneOptions;
import dev.holdfast.gateway.journal.WhenFull;
import dev.holdfast.sink.Link;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A route over an important lane without limits and one that keeps three messages. */
class LanesTest extends SteppedRoute {

    private static final int ALARMS = 0;
    private static final int TELEMETRY = 1;

    @Override
    List<LaneOptions> lanes() {
        LaneLimits three = new LaneLimits(LaneLimits.UNLIMITED, LaneLimits.UNLIMITED, 3);
        return List.of(
                LaneOptions.unlimited("alarms"),
                new LaneOptions("telemetry", three, LaneLimits.NOTHING, WhenFull.DROP_OLDEST));
    }

    private void publish(int lane, String... payloads) {
        for (String payload : payloads) {
            publishTo(lane, "t", payload);
            commit();
        }
    }

    @Test
    void shouldDrainTheMoreImportantLaneFirst() {
        publish(TELEMETRY, "t1", "t2");
        publish(ALARMS, "a1", "a2");

        connect();

        assertThat(sink.delivered()).containsExactly("a1", "a2", "t1", "t2");
    }

    @Test
    void shouldWakeInAnOutageForALaneInWhichNothingWaits() {
        connect();
        sink.down("cut", Link.Hint.LOST);
        publish(TELEMETRY, "t1");
        step();
        boolean unused = signal.await(0);
        publish(ALARMS, "a1");
        boolean forTheFirst = signal.await(0);
        step();
        unused = signal.await(0);
        publish(ALARMS, "a2");

        assertThat(forTheFirst).isTrue();
        assertThat(signal.await(0)).isFalse();
    }

    @Test
    void shouldGoOnBehindAGapAndSayWhatIsMissing() {
        publish(TELEMETRY, "t1");
        connect();
        sink.acceptAll();
        pass(Duration.ofMillis(200)); // its progress is durable
        pass(Duration.ofMillis(200));
        sink.down("cut", Link.Hint.LOST);
        step();
        publish(TELEMETRY, "t2", "t3", "t4", "t5", "t6");
        connect();
        sink.acceptAll();
        step();

        assertThat(sink.delivered()).containsExactly("t1", "t4", "t5", "t6");
        assertThat(sink.sentStamps().get(1)).endsWith("/4/3");
        assertThat(sink.sentStamps().get(2)).endsWith("/5/4");
        assertThat(journal.gaps())
                .singleElement()
                .extracting(Gap::from, Gap::to, Gap::messages)
                .containsExactly(2L, 3L, 2L);
        assertThat(status().accepted()).isEqualTo(4);
    }

    @Test
    void shouldSayWhatIsMissingAlsoAfterACrash() {
        publish(TELEMETRY, "t1", "t2", "t3", "t4", "t5", "t6");
        crash();
        connect();

        assertThat(sink.delivered()).containsExactly("t4", "t5", "t6");
        assertThat(sink.sentStamps().get(0)).endsWith("/4/3");
    }

    @Test
    void shouldForgetAMessageThatIsRefusedWhenItIsGoneFromItsLane() {
        publish(TELEMETRY, "t1");
        connect();
        publish(TELEMETRY, "t2", "t3", "t4", "t5");
        sink.answer(REJECTED);
        step();
        sink.acceptAll();
        step();

        assertThat(deadLetters()).isEmpty();
        assertThat(status().deadLettered()).isZero();
        assertThat(status().lanes().get(TELEMETRY).progress().lowest()).isEqualTo(6);
    }
}
