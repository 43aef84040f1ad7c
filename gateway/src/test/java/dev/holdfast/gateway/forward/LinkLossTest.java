package dev.holdfast.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.journal.LaneProgress;
import dev.holdfast.sink.Link;
import dev.holdfast.sink.Outcome;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A route whose link is lost, does not come up, or says nothing. */
class LinkLossTest extends SteppedRoute {

    @Test
    void shouldGoBackToTheLowestPendingMessageWhenTheLinkIsLost() {
        publish("1", "2", "3", "4");
        connect();
        sink.answer(Outcome.ACCEPTED);
        sink.down("connection reset", Link.Hint.LOST);
        step();
        assertThat(status().state()).isEqualTo(RouteState.RETRYING);
        assertThat(status().lastError()).isEqualTo("connection reset");

        connect();
        assertThat(sink.delivered()).containsExactly("1", "2", "3", "4", "2", "3", "4");
        sink.acceptAll();
        assertThat(status().accepted()).isEqualTo(4);
        assertThat(status().state()).isEqualTo(RouteState.DELIVERING);
        assertThat(status().lastError()).isEmpty();
    }

    @Test
    void shouldNotSendAgainWhatWasAcceptedOutOfOrder() {
        publish("1", "2", "3", "4", "5");
        connect();
        sink.take("2").answer(Outcome.ACCEPTED);
        sink.take("4").answer(Outcome.ACCEPTED);
        step();
        assertThat(pending()).containsExactly(new LaneProgress.Range(1, 1), new LaneProgress.Range(3, 3), from(5));
        assertThat(status().accepted()).isEqualTo(2);

        sink.down("gone", Link.Hint.LOST);
        connect();
        assertThat(sink.unanswered()).containsExactly("1", "3", "5");
        assertThat(pending()).containsExactly(new LaneProgress.Range(1, 1), new LaneProgress.Range(3, 3), from(5));

        sink.acceptAll();
        assertThat(status().accepted()).isEqualTo(5);
        assertThat(pending()).containsExactly(from(6));
    }

    @Test
    void shouldSendTheSameStampAgainAfterALossAndAfterACrash() {
        publish("1", "2", "3", "4");
        connect();
        sink.answer(Outcome.ACCEPTED);
        sink.take("3").answer(Outcome.ACCEPTED);
        List<String> first = List.copyOf(sink.sentStamps());
        status();
        sink.down("gone", Link.Hint.LOST);
        connect();
        assertThat(sink.sentStamps().subList(4, 6)).containsExactly(first.get(1), first.get(3));

        pass(Duration.ofMillis(150));
        pass(Duration.ofMillis(150));
        crash();
        connect();
        assertThat(sink.delivered()).containsExactly("2", "4");
        assertThat(sink.sentStamps()).containsExactly(first.get(1), first.get(3));
    }

    @Test
    void shouldSendAgainAfterACrashOnlyWhatWasNotWritten() {
        publish("1", "2", "3", "4");
        connect();
        sink.answer(Outcome.ACCEPTED);
        sink.answer(Outcome.ACCEPTED);
        pass(Duration.ofMillis(20));
        pass(Duration.ofMillis(110));
        sink.answer(Outcome.ACCEPTED);
        step();

        crash();
        connect();

        assertThat(sink.delivered()).containsExactly("3", "4");
        assertThat(forwarder.status().accepted()).isEqualTo(2);
    }

    @Test
    void shouldTakeALateOutcomeOfALostLinkForNothing() {
        publish("1", "2");
        connect();
        FakeSink.Delivery late = sink.take("1");
        sink.down("gone", Link.Hint.LOST);
        connect();
        assertThat(sink.unanswered()).containsExactly("1", "2");

        late.answer(Outcome.ACCEPTED);
        step();

        assertThat(pending()).containsExactly(from(1));
    }

    @Test
    void shouldWaitLongerAfterEachFailureUpToALimit() {
        long previous = 0;
        for (int i = 0; i < 12; i++) {
            awaitConnect();
            int before = sink.connects();
            sink.down("connection refused", Link.Hint.LOST);
            step();
            long waited = 0;
            while (sink.connects() == before) {
                pass(Duration.ofMillis(10));
                waited += 10;
            }
            assertThat(waited).isLessThanOrEqualTo(10_000 + 10);
            assertThat(waited).isGreaterThanOrEqualTo(Math.min(5_000, previous / 2));
            previous = waited;
        }
        assertThat(previous).isGreaterThanOrEqualTo(5_000);
    }

    @Test
    void shouldGiveUpALinkThatDoesNotComeUp() {
        pass(Duration.ZERO);
        assertThat(sink.connects()).isEqualTo(1);

        pass(Duration.ofSeconds(31));

        assertThat(sink.disconnects()).isEqualTo(1);
        assertThat(status().lastError()).contains("no answer within 30 s");
    }

    @Test
    void shouldTakeDownALinkThatAcknowledgesNothing() {
        publish("1", "2");
        connect();
        pass(Duration.ofSeconds(15));
        sink.answer(Outcome.ACCEPTED);
        step();
        pass(Duration.ofSeconds(15));
        assertThat(sink.disconnects()).isZero();

        pass(Duration.ofSeconds(6));

        assertThat(sink.disconnects()).isEqualTo(1);
        assertThat(status().lastError()).contains("nothing was acknowledged for 20 s");
        connect();
        assertThat(sink.unanswered()).containsExactly("2");
    }

    @Test
    void shouldNotMindAnIdleLink() {
        connect();
        pass(Duration.ofHours(5));

        assertThat(sink.disconnects()).isZero();
        publish("1");
        step();
        pass(Duration.ofSeconds(19));
        assertThat(sink.disconnects()).isZero();
    }

    @Test
    void shouldGiveTheOtherSideMoreTimeEachTimeThatItSaysNothing() {
        publish("1");
        connect();
        pass(Duration.ofSeconds(21));
        assertThat(sink.isUp()).isFalse();

        connect();
        pass(Duration.ofSeconds(39));
        assertThat(sink.isUp()).isTrue();
        pass(Duration.ofSeconds(2));
        assertThat(sink.isUp()).isFalse();
        assertThat(status().lastError()).contains("for 40 s");

        connect();
        sink.acceptAll();
        publish("2");
        step();
        pass(Duration.ofSeconds(21));
        assertThat(sink.isUp()).isFalse();
    }

    @Test
    void shouldBeWellAgainWhenThereIsNothingToSend() {
        awaitConnect();
        sink.down("bad user name or password (0x86)", Link.Hint.REFUSED);
        assertThat(status().state()).isEqualTo(RouteState.PAUSED);

        connect();

        assertThat(status().state()).isEqualTo(RouteState.DELIVERING);
        assertThat(status().lastError()).isEmpty();
    }

    @Test
    void shouldNotSayThatItIsWellBeforeSomethingWasTaken() {
        publish("1");
        connect();
        sink.down("gone", Link.Hint.LOST);
        connect();
        assertThat(status().state()).isEqualTo(RouteState.RETRYING);
        assertThat(status().lastError()).contains("gone");

        sink.acceptAll();

        assertThat(status().state()).isEqualTo(RouteState.DELIVERING);
    }

    /** Two gateways of one name throw each other out, each after a message or two. */
    @Test
    void shouldNotConnectAtOnceAfterALinkThatDidNotLast() {
        publish("1", "2");
        connect();
        sink.answer(Outcome.ACCEPTED);
        sink.down("taken over", Link.Hint.LOST);

        pass(Duration.ofMillis(990));
        assertThat(sink.isAsked()).isFalse();
        pass(Duration.ofMillis(20));
        assertThat(sink.isAsked()).isTrue();
    }

    @Test
    void shouldSayOnceThatTheStoreCannotBeReadAndGoOnWhenItCan() {
        publish("1");
        store.failReads(true);
        int before = store.reads();
        for (int i = 0; i < 1_000; i++) {
            pass(Duration.ofMillis(10));
        }
        assertThat(store.reads() - before).isLessThan(20);
        assertThat(forwarder.status().state()).isEqualTo(RouteState.RETRYING);
        assertThat(forwarder.status().lastError()).contains("can't be read");

        store.failReads(false);
        connect();
        sink.acceptAll();

        assertThat(status().accepted()).isEqualTo(1);
    }

    /** Else what is trimmed meanwhile would not be counted, and what is behind it get another stamp. */
    @Test
    void shouldGoOnFromTheProgressThatItHasHandedIn() {
        publish("1", "2");
        connect();
        sink.acceptAll();
        pass(Duration.ofMillis(20));
        store.failReads(true);
        publish("3");
        step();
        assertThat(forwarder.status().lastError()).contains("can't be read");
        store.failReads(false);

        connect();
        sink.acceptAll();

        assertThat(status().accepted()).isEqualTo(3);
        assertThat(sink.delivered()).containsExactly("1", "2", "3");
        assertThat(sink.sentStamps().get(2)).endsWith("/3/2");
    }
}
