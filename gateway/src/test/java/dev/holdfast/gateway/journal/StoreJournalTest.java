package dev.holdfast.gateway.journal;

import static dev.holdfast.gateway.journal.StoredMessages.payloads;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.gateway.journal.StoredMessages.Stored;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The journal over a store in memory, its committer stepped by hand. */
class StoreJournalTest {

    private final ManualClock clock = new ManualClock();
    private MemoryStore store = new MemoryStore();
    private final List<String> durable = new ArrayList<>();
    private StoreJournal journal = open(List.of());

    private StoreJournal open(List<RouteInterest> routes) {
        return StoreJournal.open(store, JournalOptions.defaults(routes), clock);
    }

    private StoreJournal open(JournalOptions options) {
        return StoreJournal.open(store, options, clock);
    }

    /** The process is killed and started again. */
    private void crash(RouteInterest... routes) {
        store = store.reopen();
        journal = open(List.of(routes));
    }

    private void step() {
        while (journal.committer().doWork() == 0) {
            // until there is nothing to do
        }
    }

    private void append(String... payloads) {
        for (String payload : payloads) {
            appendTo("t", payload);
        }
    }

    private void appendTo(String topic, String payload) {
        journal.append(StoredMessages.append(topic, payload, durable));
    }

    private static RouteInterest wanting(String route, String... topics) {
        List<String> wanted = List.of(topics);
        return new RouteInterest() {
            @Override
            public String route() {
                return route;
            }

            @Override
            public boolean wantsEverything() {
                return wanted.isEmpty();
            }

            @Override
            public boolean wants(Topic topic, Origin origin) {
                return wanted.isEmpty() || wanted.contains(topic.name());
            }

            @Override
            public long fingerprint() {
                return wanted.hashCode();
            }
        };
    }

    private static RouteProgress settledUpTo(long sequence, long accepted) {
        return new RouteProgress(List.of(LaneProgress.from(JournalOptions.DEFAULT_LANE, sequence + 1)), accepted, 0, 0);
    }

    // --- commits ------------------------------------------------------------------------------------------------

    @Test
    void shouldSayDurableOnlyAfterTheCommit() {
        append("1", "2");
        assertThat(durable).isEmpty();

        step();

        assertThat(durable).containsExactly("1", "2");
        crash();
        assertThat(payloads(journal)).containsExactly("1", "2");
    }

    @Test
    void shouldNeverSayDurableWhenTheCommitFails() {
        append("1");
        step();
        store.failCommits();
        append("2");

        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> journal.committer().doWork());

        assertThat(durable).containsExactly("1");
        assertThat(journal.head(0)).isEqualTo(1);
        crash();
        assertThat(payloads(journal)).containsExactly("1");
    }

    @Test
    void shouldCommitWhatWaitsInOneTransaction() {
        int before = store.commits();
        append("1", "2", "3", "4", "5");

        step();

        assertThat(store.commits()).isEqualTo(before + 1);
        assertThat(store.size("lane.1")).isEqualTo(1);
    }

    @Test
    void shouldNumberMessagesWithoutHolesAcrossCrashes() {
        append("1", "2");
        step();
        append("3");
        step();
        crash();
        append("4");
        step();

        assertThat(StoredMessages.read(journal)).extracting(Stored::sequence).containsExactly(1L, 2L, 3L, 4L);
        assertThat(journal.head(0)).isEqualTo(4);
    }

    @Test
    void shouldDrawANewEpochAtEachStart() {
        long first = journal.epoch();
        append("1");
        step();
        crash();
        append("2");
        step();

        assertThat(journal.epoch()).isNotEqualTo(first);
        List<StoredChunk> chunks = journal.read(0, 1, Integer.MAX_VALUE);
        assertThat(chunks)
                .extracting(chunk -> chunk.open(new TopicTable()).epoch())
                .containsExactly(first, journal.epoch());
    }

    @Test
    void shouldBeginANewChunkWhenOneIsFull() {
        journal = open(new JournalOptions(List.of("default"), List.of(), 1 << 20, 1 << 20, 1_000));
        String large = "x".repeat(400);
        append(large, large, large, large, large);

        step();

        assertThat(store.size("lane.1")).isEqualTo(3);
        assertThat(payloads(journal)).hasSize(5);
    }

    @Test
    void shouldTakeNoMoreThanATransactionAtATime() {
        journal = open(new JournalOptions(List.of("default"), List.of(), 1 << 20, 2_000, 64 << 10));
        append("x".repeat(1_500), "y".repeat(1_500), "z".repeat(5_000));
        int before = store.commits();

        step();

        assertThat(store.commits()).isEqualTo(before + 3);
        assertThat(durable).hasSize(3);
    }

    @Test
    void shouldKeepAnEmptyAppendBehindThoseBeforeIt() {
        append("1");
        journal.append(new Append(List.of(), List.of(), () -> durable.add("empty")));
        append("2");

        step();

        assertThat(durable).containsExactly("1", "empty", "2");
    }

    @Test
    void shouldSayWhenThereIsRoomAgain() {
        journal = open(new JournalOptions(List.of("default"), List.of(), 2_000, 1 << 20, 64 << 10));
        List<String> told = new ArrayList<>();
        journal.onRoom(() -> told.add("room"));
        assertThat(journal.hasRoom()).isTrue();

        append("x".repeat(3_000));
        assertThat(journal.hasRoom()).isFalse();
        step();

        assertThat(journal.hasRoom()).isTrue();
        assertThat(told).containsExactly("room");
    }

    @Test
    void shouldCommitWhatWaitsWhenItIsClosed() {
        append("1");
        journal.committer().onClose();
        journal.close();

        crash();
        assertThat(payloads(journal)).containsExactly("1");
    }

    // --- side tables --------------------------------------------------------------------------------------------

    @Test
    void shouldChangeSideTablesTogetherWithMessages() {
        byte[] key = "client".getBytes(UTF_8);
        Fragment fragment = StoredMessages.fragment(Origin.frontDoor("d"), 0, "t", "with");
        journal.append(new Append(
                List.of(fragment), List.of(new Mutation(SideTable.SESSIONS, key, new byte[] {7})), () -> {}));
        step();
        crash();
        assertThat(payloads(journal)).containsExactly("with");
        assertThat(sessions()).containsExactly("client=7");

        journal.append(new Append(List.of(), List.of(new Mutation(SideTable.SESSIONS, key, null)), () -> {}));
        step();
        crash();
        assertThat(sessions()).isEmpty();
    }

    @Test
    void shouldChangeNeitherWhenTheCommitFails() {
        store.failCommits();
        Fragment fragment = StoredMessages.fragment(Origin.frontDoor("d"), 0, "t", "with");
        Mutation mutation = new Mutation(SideTable.SESSIONS, "client".getBytes(UTF_8), new byte[] {7});
        journal.append(new Append(List.of(fragment), List.of(mutation), () -> {}));
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> journal.committer().doWork());

        crash();
        assertThat(payloads(journal)).isEmpty();
        assertThat(sessions()).isEmpty();
    }

    private List<String> sessions() {
        List<String> found = new ArrayList<>();
        journal.scan(SideTable.SESSIONS, (key, value) -> found.add(new String(key, UTF_8) + "=" + value[0]));
        return found;
    }

    // --- reading ------------------------------------------------------------------------------------------------

    @Test
    void shouldReadFromTheChunkThatHoldsTheMessage() {
        append("1", "2", "3");
        step();
        append("4");
        step();

        assertThat(journal.read(0, 2, Integer.MAX_VALUE))
                .extracting(StoredChunk::key)
                .containsExactly(1L, 4L);
        assertThat(journal.read(0, 4, Integer.MAX_VALUE))
                .extracting(StoredChunk::key)
                .containsExactly(4L);
        assertThat(journal.read(0, 5, Integer.MAX_VALUE)).isEmpty();
        assertThat(journal.read(0, 1, 1)).extracting(StoredChunk::key).containsExactly(1L);
    }

    @Test
    void shouldNotPassOverAChunkThatCannotBeBelieved() {
        append("1", "2", "3");
        step();
        append("4");
        step();
        store.corrupt("lane.1", Keys.ofSequence(1), bytes -> {
            bytes[bytes.length - 1] ^= 1;
            return bytes;
        });

        StoredChunk bad = journal.read(0, 3, 1).get(0);
        assertThat(bad.key()).isEqualTo(1);
        CorruptChunkException why = catchCorrupt(bad);
        assertThat(journal.passCorrupt(0, bad, why)).isEqualTo(4);
        step();
        assertThat(store.size("quarantine")).isEqualTo(1);
        assertThat(journal.stats().corruptChunks()).isEqualTo(1);
    }

    private static CorruptChunkException catchCorrupt(StoredChunk chunk) {
        try {
            chunk.open(new TopicTable());
        } catch (CorruptChunkException e) {
            return e;
        }
        throw new AssertionError("the chunk should be corrupt");
    }

    // --- progress and trimming ----------------------------------------------------------------------------------

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
        assertThat(journal.lanes().get(0)).isEqualTo(new LaneState("default", 5, 4, 0, 0, 8));

        crash(wanting("a"), wanting("b"));
        append("5");
        step();
        assertThat(journal.head(0)).isEqualTo(5);
        assertThat(journal.lanes().get(0)).isEqualTo(new LaneState("default", 5, 5, 1, 2, 10));
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

    // --- format and time ----------------------------------------------------------------------------------------

    @Test
    void shouldRefuseAStoreOfANewerFormat() {
        store.corrupt(Meta.TABLE, Meta.FORMAT, bytes -> new byte[] {2});
        store = store.reopen();

        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> open(List.of()))
                .withMessageContaining("format version 2");
    }

    @Test
    void shouldLetGatewayTimeGoOnlyForward() {
        clock.advance(Duration.ofSeconds(100));
        append("1");
        step();
        long before = journal.gatewayMillis();
        clock.setWall(0, false);

        crash();

        assertThat(journal.gatewayMillis()).isEqualTo(before);
        clock.advance(Duration.ofSeconds(5));
        assertThat(journal.gatewayMillis()).isEqualTo(before + 5_000);
    }

    @Test
    void shouldAddTheTimeItWasOffOnlyWhenTheWallClockWasRightOnBothSides() {
        clock.setWall(1_700_000_000_000L, true);
        crash();
        append("1");
        step();
        long before = journal.gatewayMillis();

        clock.setWall(1_700_000_060_000L, true);
        crash();

        assertThat(journal.gatewayMillis()).isEqualTo(before + 60_000);
    }

    @Test
    void shouldRefuseProgressThatMakesNoSense() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new LaneProgress("l", List.of(new LaneProgress.Range(5, 9)), 0));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new LaneProgress(
                        "l",
                        List.of(new LaneProgress.Range(5, 9), new LaneProgress.Range(9, LaneProgress.Range.OPEN)),
                        0));
    }
}
