package dev.holdfast.gateway.journal;

import static dev.holdfast.gateway.journal.StoredMessages.payloads;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Progress of the routes, and what is removed by it. */
class TrimmingTest extends SteppedJournal {

    @Test
    void shouldGiveANewRouteEverythingThatIsStored() {
        append("1", "2");
        step();
        crash(wanting("late"));

        assertThat(journal.progress("late").lanes()).containsExactly(LaneProgress.from("default", 1));
    }

    @Test
    void shouldWriteProgressAfterAShortTimeWithIdleInput() {
        crash(wanting("r"));
        append("1", "2", "3");
        step();
        journal.saveProgress("r", settledUpTo(2, 2));
        step();
        assertThat(journal.progress("r").lanes().get(0).lowest()).isEqualTo(1);

        clock.advance(Duration.ofMillis(101));
        step();

        assertThat(journal.progress("r").lanes().get(0).lowest()).isEqualTo(3);
        crash(wanting("r"));
        assertThat(journal.progress("r")).isEqualTo(settledUpTo(2, 2));
    }

    @Test
    void shouldWriteProgressAtOnceAfterManyMessages() {
        crash(wanting("r"));
        append("1");
        step();
        journal.saveProgress("r", settledUpTo(1, 1_000));
        step();

        assertThat(journal.progress("r").accepted()).isEqualTo(1_000);
    }

    @Test
    void shouldNotLoseProgressOfARouteThatIsAwayForARun() {
        crash(wanting("r"));
        append("1", "2");
        step();
        journal.saveProgress("r", settledUpTo(1, 1));
        journal.committer().onClose();

        crash();
        crash(wanting("r"));

        assertThat(journal.progress("r").lanes().get(0).lowest()).isEqualTo(2);
    }

    @Test
    void shouldKeepPendingRangesAndWhatStandsBeforeThem() {
        crash(wanting("r"));
        LaneProgress progress = new LaneProgress(
                "default",
                List.of(new LaneProgress.Range(3, 4), new LaneProgress.Range(9, LaneProgress.Range.OPEN)),
                2);
        RouteProgress saved = new RouteProgress(List.of(progress), 5, 1, 2);
        journal.saveProgress("r", saved);
        journal.committer().onClose();

        crash(wanting("r"));

        assertThat(journal.progress("r")).isEqualTo(saved);
    }

    @Test
    void shouldRemoveWhatEveryRouteHasSettled() {
        crash(wanting("a"), wanting("b"));
        for (int i = 1; i <= 4; i++) {
            append("" + i);
            step();
        }
        settle("a", 4);
        assertThat(payloads(journal)).containsExactly("1", "2", "3", "4");

        settle("b", 2);
        assertThat(payloads(journal)).containsExactly("3", "4");
        assertThat(journal.lanes().get(0).tail()).isEqualTo(3);
        assertThat(journal.lanes().get(0).messages()).isEqualTo(2);

        settle("b", 4);
        assertThat(payloads(journal)).isEmpty();
        assertThat(journal.lanes().get(0)).isEqualTo(new LaneState("default", 5, 4, 0, 0, 8, 0, 0));

        crash(wanting("a"), wanting("b"));
        append("5");
        step();
        assertThat(journal.head(0)).isEqualTo(5);
        assertThat(journal.lanes().get(0)).satisfies(lane -> {
            assertThat(lane.tail()).isEqualTo(5);
            assertThat(lane.head()).isEqualTo(5);
            assertThat(lane.messages()).isEqualTo(1);
            assertThat(lane.bytes()).isEqualTo(2);
            assertThat(lane.totalBytes()).isEqualTo(10);
            assertThat(lane.storedBytes()).isGreaterThan(64);
        });
    }

    private void settle(String route, long upTo) {
        journal.saveProgress(route, settledUpTo(upTo, upTo));
        step();
        clock.advance(Duration.ofMillis(101));
        step();
    }

    @Test
    void shouldNotRemoveAChunkOfWhichAMessageIsPending() {
        crash(wanting("r"));
        append("1", "2", "3");
        step();
        settle("r", 2);

        assertThat(payloads(journal)).containsExactly("1", "2", "3");
    }

    @Test
    void shouldKeepWhatNoRouteWantsAndOnlyThat() {
        crash(wanting("r", "wanted"));
        appendTo("wanted", "w1");
        appendTo("other", "o1");
        appendTo("wanted", "w2");
        step();
        appendTo("wanted", "w3");
        step();
        settle("r", 4);

        assertThat(payloads(journal)).containsExactly("o1");
        assertThat(StoredMessages.read(journal).get(0).sequence()).isEqualTo(2);
        assertThat(journal.lanes().get(0).messages()).isEqualTo(1);
        assertThat(journal.lanes().get(0).bytes()).isEqualTo(7);
        assertThat(journal.head(0)).isEqualTo(4);
    }

    @Test
    void shouldRemoveWhatWasUnroutedWhenARouteThatWantsItHasSettledIt() {
        crash(wanting("r", "wanted"));
        appendTo("other", "o1");
        appendTo("wanted", "w1");
        step();
        settle("r", 2);
        crash(wanting("r", "wanted"), wanting("all"));
        assertThat(journal.progress("all").lanes().get(0).lowest()).isEqualTo(1);

        settle("all", 2);

        assertThat(payloads(journal)).isEmpty();
        assertThat(journal.lanes().get(0).messages()).isZero();
        assertThat(journal.lanes().get(0).bytes()).isZero();
    }

    @Test
    void shouldGoOnTrimmingUntilItIsDone() {
        crash(wanting("r"));
        for (int i = 1; i <= 1_000; i++) {
            append("" + i);
            journal.committer().doWork();
        }
        settle("r", 1_000);

        assertThat(payloads(journal)).isEmpty();
        assertThat(journal.lanes().get(0).tail()).isEqualTo(1_001);
    }

    @Test
    void shouldKeepEverythingWhenThereIsNoRoute() {
        append("1");
        step();
        clock.advance(Duration.ofDays(1));
        step();

        assertThat(payloads(journal)).containsExactly("1");
    }

    /** What the route did not want then lies below its cursor, and would be taken for delivered. */
    @Test
    void shouldGiveARouteThatWantsMoreWhatItDidNotWantBefore() {
        crash(wanting("r", "a"));
        appendTo("b", "kept");
        appendTo("a", "sent");
        step();
        journal.saveProgress("r", settledUpTo(2, 1));
        journal.committer().onClose();

        crash(wanting("r"));
        journal.committer().onClose();

        assertThat(payloads(journal)).contains("kept");
        assertThat(journal.progress("r").lanes().get(0).lowest()).isEqualTo(1);
        assertThat(journal.progress("r").accepted()).isEqualTo(1);
    }

    @Test
    void shouldHaveNothingInALaneThatIsEmpty() {
        crash(wanting("r"));
        append("1", "2", "3");
        step();
        store.corrupt("lane.1", Keys.ofSequence(1), bytes -> {
            bytes[ChunkFormat.AT_COUNT] ^= 1; // a count that nobody verifies
            return bytes;
        });
        journal.saveProgress("r", settledUpTo(3, 3));
        journal.committer().onClose();

        assertThat(journal.lanes().get(0).messages()).isZero();
        assertThat(journal.lanes().get(0).bytes()).isZero();
    }

    @Test
    void shouldKeepACopyOfAChunkThatCannotBeBelieved() {
        crash(wanting("r", "a"));
        appendTo("a", "1");
        step();
        store.corrupt("lane.1", Keys.ofSequence(1), bytes -> new byte[] {1, 2, 3});
        journal.saveProgress("r", settledUpTo(1, 1));
        journal.committer().onClose();

        assertThat(store.size("lane.1")).isZero();
        assertThat(store.size("quarantine")).isEqualTo(1);
        assertThat(journal.stats().corruptChunks()).isEqualTo(1);
        crash(wanting("r", "a"));
        assertThat(journal.stats().corruptChunks()).isEqualTo(1);
    }
}
