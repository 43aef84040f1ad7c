package dev.holdfast.gateway.ingest.tap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.holdfast.gateway.audit.AuditEntry;
import dev.holdfast.gateway.audit.AuditEntry.Event;
import dev.holdfast.gateway.ingest.tap.PossibleGap.Reason;
import dev.holdfast.gateway.journal.WhenFull;
import dev.holdfast.sink.Link;
import dev.holdfast.sink.MessageProperties;
import dev.holdfast.sink.MessageProperties.UserProperty;
import dev.holdfast.tap.TapLink.Granted;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a tap tells of messages that may be missing. */
class PossibleGapsTest extends SteppedTap {

    private static final int LARGE = 5 << 20;

    @Test
    void shouldSayThatASessionWasLostAlsoToThoseWhoComeLater() {
        connect(false);
        assertThat(possibleGaps()).as("there was none before").isEmpty();
        crash();
        connect(true);
        assertThat(possibleGaps()).isEmpty();
        crash();
        connect(false);
        assertThat(possibleGaps()).containsExactly(Reason.SESSION_LOST);
        crash();

        assertThat(agent.status().possibleGaps()).isEqualTo(1);
        assertThat(audit.newestFirst())
                .extracting(AuditEntry::event, AuditEntry::subject, AuditEntry::reason)
                .containsExactly(tuple(Event.POSSIBLE_GAP, "plant", "session-lost"));
        assertThat(audit.newestFirst().get(0).text()).contains("the broker had our session no more");
    }

    @Test
    void shouldSayOnceWhatTheBrokerDoesNotGrant() {
        List<Granted> less =
                List.of(new Granted("a/#", 1, 0, ""), new Granted("b", 1, Granted.REFUSED, "not authorized"));
        step();
        tap.link().session(false);
        tap.link().subscribed(less);
        step();
        assertThat(possibleGaps()).containsExactly(Reason.QOS_LOWERED, Reason.SUBSCRIPTION_REFUSED);
        assertThat(agent.status().lastError()).contains("does not let us subscribe to b: not authorized");
        commit();
        crash();
        step();
        assertThat(tap.session.filters()).containsExactly("a/#");
        tap.link().session(true);
        tap.link().subscribed(less);
        step();

        assertThat(agent.status().possibleGaps()).isEqualTo(2);
        assertThat(agent.status().lastError()).as("it is still so").contains("not authorized");
    }

    @Test
    void shouldPauseWhenEverythingIsRefused() {
        step();
        tap.link().session(false);
        tap.link().subscribed(List.of(new Granted("a/#", 1, Granted.REFUSED, "not authorized")));
        step();
        assertThat(agent.status().state()).isEqualTo(TapState.PAUSED);

        clock.advance(Duration.ofMinutes(1));
        step();

        assertThat(tap.connects).isEqualTo(2);
    }

    @Test
    void shouldSayWhenTheBrokerHasDroppedMoreThanBefore() {
        connect(false);
        tap.link().brokerDropped(7);
        step();
        assertThat(possibleGaps()).as("who knows when").isEmpty();
        tap.link().brokerDropped(7);
        step();
        assertThat(possibleGaps()).isEmpty();
        commit();
        crash();
        connect(true);
        tap.link().brokerDropped(9);
        step();
        assertThat(possibleGaps()).containsExactly(Reason.BROKER_DROPPED);
        assertThat(agent.status().newest().get(0).text()).contains("has dropped 9 messages, 2 more");
        tap.link().brokerDropped(12);
        step();
        assertThat(audit.newestFirst()).as("it goes on").hasSize(1);
        clock.advance(Duration.ofMinutes(2));
        tap.link().brokerDropped(1);
        step();
        assertThat(audit.newestFirst()).hasSize(2);

        assertThat(agent.status().newest().get(1).text())
                .as("it was started anew")
                .contains("1 more");
    }

    @Test
    void shouldDropAndTellWhatNobodyAcknowledgesAndThereIsNoMemoryFor() {
        connect(false);
        for (int i = 0; i < 100; i++) {
            tap.link().received(message("x".repeat(1 << 20), 0, MessageProperties.NONE));
        }
        step();
        while (agent.status().unacknowledged() > 0) { // the committer's memory has a bound too
            commit();
        }

        assertThat(possibleGaps()).containsExactly(Reason.BEST_EFFORT_DROPPED);
        assertThat(journal.head(0)).isEqualTo(8);
    }

    @Test
    void shouldNotFillTheMemoryWithWhatItTellsOfDroppedMessages() {
        fillLane();
        flood(100);
        long queued = journal.stats().queuedBytes();
        for (int i = 0; i < 1_000; i++) {
            flood(1);
        }
        assertThat(journal.stats().queuedBytes()).isEqualTo(queued);

        clock.advance(Duration.ofSeconds(11));
        step();
        assertThat(agent.status().newest()).hasSize(1);
        assertThat(agent.status().newest().get(0).text()).startsWith("1092 messages");
    }

    @Test
    void shouldTellOfDroppedMessagesAtTheEndOfALink() {
        fillLane();
        flood(100);
        flood(50);
        tap.link().down("lost", Link.Hint.LOST);
        step();

        assertThat(agent.status().newest().get(0).text()).startsWith("142 messages");
    }

    @Test
    void shouldCountThePropertiesOfWhatNobodyAcknowledges() {
        fillLane();
        MessageProperties large = new MessageProperties(
                null, null, null, null, null, List.of(new UserProperty("name", "x".repeat(1 << 20))));
        for (int i = 0; i < 100; i++) {
            tap.link().received(message("m", 0, large));
        }
        step();

        assertThat(possibleGaps()).containsExactly(Reason.BEST_EFFORT_DROPPED);
    }

    /** With one message, which is as much as it takes. */
    private void fillLane() {
        lane = laneOf(1, WhenFull.STALL);
        crash();
        connect(false);
        receive("1");
        commit();
    }

    /** So many messages of a megabyte that nobody acknowledges, more than there is memory for. */
    private void flood(int messages) {
        for (int i = 0; i < messages; i++) {
            tap.link().received(message("x".repeat(1 << 20), 0, MessageProperties.NONE));
        }
        step();
    }

    @Test
    void shouldTellOfAMessageThatTheStoreCantTakeAndGoOn() {
        connect(false);
        receive("x".repeat(LARGE), "next");
        assertThat(acknowledged).as("before it is durable that one is missing").isEmpty();
        commit();

        assertThat(possibleGaps()).containsExactly(Reason.TOO_LARGE);
        assertThat(agent.status().newest().get(0).text()).contains("a/b is larger than the store can take");
        assertThat(acknowledged).hasSize(2).endsWith("next");
        assertThat(journal.head(0)).isEqualTo(1);
    }
}
