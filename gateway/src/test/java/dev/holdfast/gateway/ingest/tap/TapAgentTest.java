package dev.holdfast.gateway.ingest.tap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.journal.JournalOptions;
import dev.holdfast.gateway.journal.LaneLimits;
import dev.holdfast.gateway.journal.LaneOptions;
import dev.holdfast.gateway.journal.WhenFull;
import dev.holdfast.sink.Link;
import dev.holdfast.sink.MessageProperties;
import dev.holdfast.sink.MessageProperties.UserProperty;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a tap stores, acknowledges and leaves to the broker, and what it does about its link. */
class TapAgentTest extends SteppedTap {

    // --- messages -----------------------------------------------------------------------------------------------

    @Test
    void shouldAcknowledgeWhatIsDurableAndNothingBefore() {
        connect(false);
        receive("1", "2");
        assertThat(acknowledged).isEmpty();
        assertThat(agent.status().unacknowledged()).isEqualTo(2);

        commit();

        assertThat(acknowledged).containsExactly("1", "2");
        assertThat(journal.head(0)).isEqualTo(2);
        assertThat(agent.status().unacknowledged()).isZero();
    }

    @Test
    void shouldAcknowledgeNothingWhenTheCommitFails() {
        connect(false);
        receive("1");
        store.failCommits();
        try {
            commit();
        } catch (RuntimeException e) {
            step(); // the process would end
        }

        assertThat(acknowledged).isEmpty();
    }

    @Test
    void shouldTakeNothingBeforeItIsKnownWhetherTheSessionWasThere() {
        step();
        receive("1");
        commit();
        assertThat(journal.head(0)).isZero();

        tap.link().session(true);
        step();
        commit();

        assertThat(acknowledged).containsExactly("1");
    }

    @Test
    void shouldThrowAwayWhatWasNotTakenWhenTheLinkIsLost() {
        lane = new LaneOptions(
                JournalOptions.DEFAULT_LANE,
                new LaneLimits(LaneLimits.UNLIMITED, LaneLimits.UNLIMITED, 1),
                LaneLimits.NOTHING,
                WhenFull.STALL);
        crash();
        connect(false);
        receive("1");
        commit();
        receive("2", "3");
        assertThat(agent.status().waiting()).isTrue();
        tap.link().down("gone", Link.Hint.LOST);
        step();

        assertThat(agent.status().unacknowledged()).isZero();
        assertThat(agent.status().state()).isEqualTo(TapState.RETRYING);
        assertThat(acknowledged).containsExactly("1");
    }

    @ParameterizedTest
    @EnumSource(WhenFull.class)
    void shouldLeaveToTheBrokerWhatALaneDoesNotTake(WhenFull whenFull) {
        lane = laneOf(1, whenFull);
        crash();
        connect(false);
        receive("1");
        commit();
        receive("2");
        commit();

        boolean makesRoom = whenFull == WhenFull.DROP_OLDEST;
        assertThat(agent.status().waiting()).isEqualTo(!makesRoom);
        assertThat(acknowledged).hasSize(makesRoom ? 2 : 1);
    }

    /** However much has come before it looks: a lane holds hardly more than its limit. */
    @Test
    void shouldKeepToTheLimitOfALaneWhenMuchComesAtOnce() {
        int limit = 50;
        lane = laneOf(limit, WhenFull.STALL);
        crash();
        connect(false);
        receive(IntStream.range(0, 1_000).mapToObj(i -> "m" + i).toArray(String[]::new));
        commit();

        assertThat(agent.status().waiting()).isTrue();
        assertThat(journal.head(0)).isBetween((long) limit, limit + 32L);
        assertThat(acknowledged).hasSize((int) journal.head(0));
    }

    @Test
    void shouldEndALinkThatBringsMoreThanFitsIntoMemory() {
        connect(false);
        String large = "x".repeat(1 << 20);
        for (int i = 0; i < 40; i++) {
            tap.link().received(message(large, 1, MessageProperties.NONE));
        }
        step();
        commit();
        assertThat(agent.status().state()).isEqualTo(TapState.RETRYING);
        assertThat(agent.status().lastError()).contains("40 messages that wait to be stored take 40 MiB");
        assertThat(journal.head(0)).as("they come again").isZero();

        clock.advance(Duration.ofMinutes(1));
        connect(true);
        assertThat(tap.most).as("allowed from now on").isBetween(10, 16);
        receive(Collections.nCopies(tap.most, large).toArray(String[]::new));
        for (int i = 0; i < tap.most; i++) {
            commit(); // as many as the memory for what waits has room for
        }

        assertThat(agent.status().state()).isEqualTo(TapState.SUBSCRIBED);
        assertThat(acknowledged).hasSize(tap.most);

        clock.advance(Duration.ofMinutes(1));
        tap.link().down("gone", Link.Hint.LOST);
        step();
        clock.advance(Duration.ofMinutes(1));
        step();
        assertThat(tap.most).as("allowed when it went well").isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void shouldKeepALinkThatCannotBringLess() {
        connect(false);
        tap.limits = false;
        for (int i = 0; i < 40; i++) {
            tap.link().received(message("x".repeat(1 << 20), 1, MessageProperties.NONE));
        }
        step();
        for (int i = 0; i < 40; i++) {
            commit();
        }

        assertThat(agent.status().state()).isEqualTo(TapState.SUBSCRIBED);
        assertThat(acknowledged).hasSize(40);
    }

    @Test
    void shouldKeepALinkOfABrokerThatKeepsToNoLimit() {
        connect(false);
        overrun();
        connect(true);
        for (int i = 0; i < 40; i++) {
            tap.link().received(message("x".repeat(1 << 20), 1, MessageProperties.NONE));
        }
        step();

        assertThat(agent.status().state()).isEqualTo(TapState.SUBSCRIBED);
    }

    /** Each link that says the same would be ended, and what it had brought would be stored again. */
    @Test
    void shouldKnowAfterACrashThatABrokerKeepsToNoLimitInThisSession() {
        connect(false);
        assertThat(tap.session.overrun()).isFalse();
        overrun();
        step();
        assertThat(tap.session.overrun()).as("the next link").isTrue();
        crash();
        connect(true);
        assertThat(tap.session.overrun()).as("behind a crash").isTrue();
        assertThat(tap.session.filters()).containsExactly("a/#");

        crash();
        connect(false);
        tap.link().down("gone", Link.Hint.LOST);
        step();
        clock.advance(Duration.ofMinutes(1));
        step();
        assertThat(tap.session.overrun()).as("in the session of another broker").isFalse();
        crash();
        connect(true);

        assertThat(tap.session.overrun()).as("the same behind a crash").isFalse();
    }

    private void overrun() {
        tap.link().overrun();
        tap.link().down("the broker sends more than it may", Link.Hint.LOST);
        step();
        commit();
        clock.advance(Duration.ofMinutes(1));
    }

    @Test
    void shouldNotStoreWhatThisGatewayHasSent() {
        connect(false);
        tap.link().received(message("own", 1, stamped("box/default/0123456789abcdef/1/0")));
        tap.link().received(message("other", 1, stamped("box2/default/0123456789abcdef/1/0")));
        step();
        commit();

        assertThat(acknowledged).containsExactly("own", "other");
        assertThat(journal.head(0)).isEqualTo(1);
        assertThat(agent.status().own()).isEqualTo(1);
        assertThat(agent.status().stored()).isEqualTo(1);
    }

    @Test
    void shouldAcknowledgeWhatItDoesNotStoreInItsTurn() {
        connect(false);
        tap.link().received(message("other", 1, MessageProperties.NONE));
        tap.link().received(message("own", 1, stamped("box/default/0123456789abcdef/1/0")));
        step();
        assertThat(acknowledged).isEmpty();

        commit();

        assertThat(acknowledged).containsExactly("other", "own");
    }

    private static MessageProperties stamped(String stamp) {
        return new MessageProperties(null, null, null, null, null, List.of(new UserProperty("holdfast", stamp)));
    }

    // --- the link -----------------------------------------------------------------------------------------------

    @Test
    void shouldTryAgainWhenNothingComesOfALink() {
        step();
        clock.advance(Duration.ofSeconds(41));
        step();
        assertThat(agent.status().lastError()).isEqualTo("no answer within 40 s");
        clock.advance(Duration.ofSeconds(2));
        step();

        assertThat(tap.connects).isEqualTo(2);
    }

    @Test
    void shouldAcknowledgeAtItsEndWhatIsDurableThen() {
        connect(false);
        receive("1");
        Thread committer = new Thread(() -> {
            while (journal.committer().doWork() == 0) {
                // until there is nothing to do
            }
        });
        committer.start();
        agent.onClose();

        assertThat(acknowledged).containsExactly("1");
        assertThat(agent.status().state()).isEqualTo(TapState.STOPPED);
    }
}
