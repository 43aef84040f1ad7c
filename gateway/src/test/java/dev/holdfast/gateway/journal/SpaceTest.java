package dev.holdfast.gateway.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store that is full, by its quota or by the disk. Sizes are a thousandth of what they are in earnest. */
class SpaceTest extends SteppedJournal {

    private static final int UNIT = 1_024;
    private static final int QUOTA = 1_024 * UNIT;
    private static final int MESSAGE = 2_000;

    private static JournalOptions options(LaneOptions... lanes) {
        return JournalOptions.defaults(List.of(wanting("r")))
                .withLanes(List.of(lanes))
                .withQuota(QUOTA)
                .withSizes(8 * UNIT, 2 * UNIT, UNIT, UNIT);
    }

    private void add(int lane, String payload) {
        journal.append(StoredMessages.append(lane, "t", payload + "-".repeat(MESSAGE), durable));
        step();
    }

    /** Adds as a publisher does, until it is to wait; returns how many were taken. */
    private int fill(int lane, int atMost) {
        for (int i = 0; i < atMost; i++) {
            if (journal.admission(lane) != Admission.TAKE) {
                return i;
            }
            add(lane, "m");
        }
        return atMost;
    }

    @Test
    void shouldStayWithinTheQuotaAndTakeAgainWhenItIsDrained() {
        journal = open(options(LaneOptions.unlimited("l")));
        int[] told = {0};
        journal.onRoom(() -> told[0]++);

        int taken = fill(0, 10_000);

        assertThat(taken).isBetween(QUOTA / MESSAGE / 2, QUOTA / MESSAGE);
        assertThat(store.space().usedBytes()).isLessThan(QUOTA);
        assertThat(journal.admission(0)).isEqualTo(Admission.WAIT);
        assertThat(journal.gaps()).isEmpty();
        assertThat(durable).hasSize(taken);

        settle("r", taken / 2);
        pass(Duration.ofSeconds(2));
        assertThat(told[0]).isPositive();
        assertThat(journal.admission(0)).isEqualTo(Admission.TAKE);
    }

    @Test
    void shouldMoveACorruptChunkAsideThoughTheDiskWasFullWhenItWasMet() {
        journal = open(options(LaneOptions.unlimited("l")));
        add(0, "m1");
        add(0, "m2");
        StoredChunk first = journal.read(0, 1, 1).get(0);

        store.limit(0, false);
        journal.passCorrupt(0, first, new CorruptChunkException("a test says so"), "r");
        step();
        assertThat(journal.gaps()).isEmpty();

        store.limit(10L * QUOTA, false);
        pass(Duration.ofSeconds(2));
        assertThat(journal.gaps())
                .singleElement()
                .satisfies(gap -> assertThat(gap.routes()).containsExactly("r"));
        assertThat(store.size("quarantine")).isEqualTo(1);
    }

    /** The route has the last message that was stored put aside. */
    private void putAside(String route) {
        List<StoredChunk> chunks = journal.read(0, journal.head(0), 1);
        ChunkReader message = chunks.get(0).open(new TopicTable());
        while (message.next() && message.sequence() < journal.head(0)) {
            // up to the last one
        }
        Mutation letter = DeadLetters.put(route, "l", message, "a test refuses it", 0);
        journal.append(new Append(List.of(), List.of(letter), () -> durable.add("put aside")));
        step();
    }

    @Test
    void shouldKeepDeadLettersWithinTheirPartAndAccountForTheOthers() {
        journal = open(options(LaneOptions.unlimited("l")));
        int messages = 60;
        for (int i = 1; i <= messages; i++) {
            settle("r", i - 1);
            add(0, "m" + i);
            putAside("r");
        }
        long kept = store.size("dead");

        assertThat(kept).isBetween(5L, messages / 2L);
        assertThat(durable.stream().filter("put aside"::equals)).hasSize(messages);
        settle("r", messages - 1);
        assertThat(journal.gapTotals().messages()).containsEntry(GapReason.REJECTED, messages - kept);
        assertThat(journal.gaps())
                .allSatisfy(gap -> assertThat(gap.routes()).containsExactly("r"))
                .last()
                .satisfies(gap -> assertThat(gap.to()).isEqualTo(messages));

        putAside("r"); // again, as after a crash
        assertThat(store.size("dead")).isEqualTo(kept);
        crash(options(LaneOptions.unlimited("l")));
        add(0, "m");
        putAside("r");
        assertThat(store.size("dead")).isEqualTo(kept);
    }

    @Test
    void shouldCountDeadLettersAsStored() {
        journal = open(options(LaneOptions.unlimited("l")));
        int without = fill(0, 10_000);
        store = new MemoryStore();
        journal = open(options(LaneOptions.unlimited("l")));
        int letters = 10;
        for (int i = 1; i <= letters; i++) {
            add(0, "m");
            putAside("r");
        }

        int with = fill(0, 10_000);

        assertThat(store.size("dead")).isEqualTo(letters);
        assertThat(with).isBetween(without - 3 * letters, without - 2 * letters + 2);
    }

    @Test
    void shouldKeepTheQuarantineWithinItsPart() {
        journal = open(options(LaneOptions.unlimited("l")));
        int messages = 60;
        for (int i = 1; i <= messages; i++) {
            add(0, "m" + i);
        }
        for (StoredChunk chunk : journal.read(0, 1, Integer.MAX_VALUE)) {
            journal.passCorrupt(0, chunk, new CorruptChunkException("a test says so"), "r");
            step();
        }

        assertThat(store.size("quarantine")).isBetween(5, messages / 2);
        assertThat(journal.gapTotals().messages()).containsEntry(GapReason.CORRUPT, (long) messages);
        assertThat(journal.lanes().get(0).messages()).isZero();
    }

    @Test
    void shouldRefuseWhenTheStoreIsFullAndTheLaneIsTo() {
        journal = open(options(lane("l", LaneLimits.NONE, WhenFull.REFUSE)));

        fill(0, 10_000);

        assertThat(journal.admission(0)).isEqualTo(Admission.REFUSE);
    }

    @Test
    void shouldDropTheOldestWhenTheStoreIsFullAndTheLaneIsTo() {
        journal = open(options(lane("l", LaneLimits.NONE, WhenFull.DROP_OLDEST)));

        int taken = fill(0, 2_000);

        assertThat(taken).isEqualTo(2_000);
        assertThat(store.space().usedBytes()).isLessThan(QUOTA);
        LaneState lane = journal.lanes().get(0);
        assertThat(journal.gapTotals().messages()).containsEntry(GapReason.QUOTA, 2_000 - lane.messages());
        assertThat(lane.messages()).isGreaterThan(QUOTA / MESSAGE / 2);
    }

    @Test
    void shouldMakeRoomForTheMoreImportantLaneByDroppingFromTheLesserOne() {
        journal = open(
                options(LaneOptions.unlimited("alarms"), lane("telemetry", LaneLimits.NONE, WhenFull.DROP_OLDEST)));
        fill(1, 2_000);

        int taken = fill(0, 100);

        assertThat(taken).isEqualTo(100);
        assertThat(journal.lanes().get(0).messages()).isEqualTo(100);
        assertThat(journal.gaps()).extracting(Gap::lane).containsOnly("telemetry");
        assertThat(store.space().usedBytes()).isLessThan(QUOTA);
    }

    @Test
    void shouldNotDropFromTheMoreImportantLaneForALesserOne() {
        journal = open(options(lane("alarms", LaneLimits.NONE, WhenFull.DROP_OLDEST), LaneOptions.unlimited("rest")));
        fill(0, 200);

        fill(1, 10_000);

        assertThat(journal.admission(1)).isEqualTo(Admission.WAIT);
        assertThat(journal.admission(0)).isEqualTo(Admission.TAKE);
        assertThat(journal.lanes().get(0).messages()).isEqualTo(200);
        assertThat(journal.gaps()).isEmpty();
    }

    @Test
    void shouldGiveHistoryUpFirst() {
        journal = open(options(new LaneOptions("l", LaneLimits.NONE, LaneLimits.NONE, WhenFull.STALL)));
        fill(0, 200);
        settle("r", 200);
        assertThat(journal.lanes().get(0).messages()).isEqualTo(200);

        int taken = fill(0, 400);
        settle("r", 200 + taken);

        assertThat(taken).isGreaterThan(QUOTA / MESSAGE / 2);
        assertThat(journal.lanes().get(0).tail()).isGreaterThan(100);
        assertThat(journal.gaps()).isEmpty();
    }

    @Test
    void shouldLeaveTheRestOfASmallDiskAlone() {
        store.limit(300 * UNIT, false);
        journal = open(options(LaneOptions.unlimited("l")));

        int taken = fill(0, 10_000);

        assertThat(taken).isPositive();
        assertThat(store.space().freeBytes()).isGreaterThan(16 * UNIT);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldStoreWhatFoundNoSpaceOnceThereIsSome(boolean landing) {
        journal = open(options(LaneOptions.unlimited("l")));
        add(0, "first");
        store.limit(0, landing);

        add(0, "second");
        add(0, "third");
        pass(Duration.ofSeconds(3));
        assertThat(journal.admission(0)).isEqualTo(Admission.WAIT);
        assertThat(durable).hasSize(landing ? 3 : 1);

        store.limit(10L * QUOTA, landing);
        pass(Duration.ofSeconds(2));

        assertThat(durable).extracting(payload -> payload.substring(0, 5)).containsExactly("first", "secon", "third");
        assertThat(StoredMessages.read(journal, 0))
                .extracting(message -> message.payload().substring(0, 5))
                .containsExactly("first", "secon", "third");
        assertThat(journal.lanes().get(0).messages()).isEqualTo(3);
        assertThat(journal.admission(0)).isEqualTo(Admission.TAKE);
        crash(options(LaneOptions.unlimited("l")));
        assertThat(journal.lanes().get(0).messages()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldDrainWhileTheDiskIsFull(boolean landing) {
        journal = open(options(LaneOptions.unlimited("l")));
        for (int i = 0; i < 10; i++) {
            add(0, "m" + i);
        }
        store.limit(store.space().usedBytes() + MESSAGE / 2, landing);
        add(0, "last");

        journal.saveProgress("r", new RouteProgress(List.of(LaneProgress.from("l", 11)), 10, 0, 0));
        pass(Duration.ofSeconds(2));
        pass(Duration.ofSeconds(2));

        assertThat(durable).hasSize(11);
        assertThat(journal.lanes().get(0).messages()).isEqualTo(1);
        assertThat(journal.lanes().get(0).storedBytes()).isBetween((long) MESSAGE, MESSAGE * 2L);
    }

    /** Else what the commit before has stored would be taken for this one, and acknowledged. */
    @Test
    void shouldNotTakeACommitForDoneThatFoundTheDiskFullBeforeItBegan() {
        journal = open(options(LaneOptions.unlimited("l")));
        add(0, "first");
        store.beFullBeforeTheNextCommit();

        add(0, "second");
        pass(Duration.ofSeconds(2));

        assertThat(durable).hasSize(2);
        assertThat(StoredMessages.read(journal, 0)).hasSize(2);
        crash(options(LaneOptions.unlimited("l")));
        assertThat(journal.lanes().get(0).messages()).isEqualTo(2);
    }

    @Test
    void shouldStartOnAFullDisk() {
        journal = open(options(LaneOptions.unlimited("l")));
        add(0, "m");
        store.limit(0, false);

        store = store.afterCrash();
        store.limit(store.space().usedBytes() + 200, false);
        journal = open(options(LaneOptions.unlimited("l")));

        assertThat(journal.lanes().get(0).messages()).isEqualTo(1);
    }
}
