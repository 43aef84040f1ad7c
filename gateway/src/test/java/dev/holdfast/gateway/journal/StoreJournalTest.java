package dev.holdfast.gateway.journal;

import static dev.holdfast.gateway.journal.StoredMessages.payloads;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.gateway.journal.StoredMessages.Stored;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is durable when, what can be read back, and what a start makes of what is there. */
class StoreJournalTest extends SteppedJournal {

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
    void shouldStartWithoutGoingOverTheBacklog() {
        int chunks = 2_000;
        for (int i = 0; i < chunks; i++) {
            append("message " + i);
            step();
        }
        pass(Duration.ofSeconds(2)); // the lanes' records are that old at most
        assertThat(store.size("lane.1")).isEqualTo(chunks);

        crash(wanting("some", "t"), wanting("all"));

        assertThat(store.moves()).isLessThan(50);
        assertThat(journal.lanes().get(0).messages()).isEqualTo(chunks);
    }

    /** What a failed commit wrote can be seen until the process ends, and may be gone then. */
    @Test
    void shouldNotReadWhatIsNotKnownToBeDurable() {
        append("1");
        step();
        byte[] unsynced = journal.read(0, 1, 1).get(0).bytes().clone();
        ChunkFormat.putLong(unsynced, ChunkFormat.AT_FIRST_SEQUENCE, 2);
        ChunkFormat.putInt(unsynced, ChunkFormat.AT_CRC, ChunkFormat.checksum(unsynced));

        store.commit(tx -> tx.append("lane.1", Keys.ofSequence(2), unsynced));

        assertThat(journal.read(0, 1, Integer.MAX_VALUE))
                .extracting(StoredChunk::key)
                .containsExactly(1L);
        assertThat(journal.read(0, 2, Integer.MAX_VALUE)).isEmpty();
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
        journal = open(JournalOptions.defaults(List.of()).withSizes(1 << 20, 1 << 20, 1_000, 1 << 20));
        String large = "x".repeat(400);
        append(large, large, large, large, large);

        step();

        assertThat(store.size("lane.1")).isEqualTo(3);
        assertThat(payloads(journal)).hasSize(5);
    }

    @Test
    void shouldTakeNoMoreThanATransactionAtATime() {
        journal = open(JournalOptions.defaults(List.of()).withSizes(1 << 20, 2_000, 64 << 10, 1 << 20));
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
        journal = open(JournalOptions.defaults(List.of()).withSizes(2_000, 1 << 20, 64 << 10, 1 << 20));
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
        assertThat(journal.passCorrupt(0, bad, why, "r")).isEqualTo(4);
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

    @Test
    void shouldRefuseAStoreOfANewerFormat() {
        store.corrupt(Meta.TABLE, Meta.FORMAT, bytes -> new byte[] {2});
        store = store.afterCrash();

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

    @Test
    void shouldStartWhenTheNewestChunkCannotBeBelieved() {
        append("1");
        step();
        append("2");
        step();
        store.corrupt("lane.1", Keys.ofSequence(2), bytes -> {
            bytes[bytes.length - 1] ^= 1;
            return bytes;
        });

        crash();
        assertThat(payloads(journal)).containsExactly("1");
        assertThat(journal.lanes().get(0).messages()).isEqualTo(1);
        assertThat(store.size("quarantine")).isEqualTo(1);

        append("3");
        step();
        crash();
        assertThat(payloads(journal)).containsExactly("1", "3");
        assertThat(journal.lanes().get(0).messages()).isEqualTo(2);
        assertThat(StoredMessages.read(journal).get(1).sequence()).isGreaterThan(1_000_000);
    }

    /** The tree by which chunks are found is wrong then: what lies behind can be missed without a trace. */
    @ParameterizedTest
    @ValueSource(longs = {5, 1L << 62, Long.MIN_VALUE})
    void shouldReadNothingPastAWholeChunkThatLiesElsewhere(long key) {
        for (int i = 1; i <= 4; i++) {
            append("message " + i);
            step();
        }
        move(2, key);

        assertThatExceptionOfType(CorruptChunkException.class)
                .isThrownBy(() -> journal.read(0, 1, Integer.MAX_VALUE))
                .withMessageContaining("begins with message 2 lies at " + key);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1L << 62, Long.MIN_VALUE})
    void shouldNotStartWithAWholeChunkThatLiesElsewhereAtAnEnd(long key) {
        for (int i = 1; i <= 3; i++) {
            append("message " + i);
            step();
        }
        move(2, key);

        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(this::crash)
                .withMessageContaining("begins with message 2 lies at " + key);
    }

    private void move(long from, long to) {
        store.commit(tx -> {
            byte[] chunk = Objects.requireNonNull(tx.get("lane.1", Keys.ofSequence(from)));
            tx.delete("lane.1", Keys.ofSequence(from));
            tx.put("lane.1", Keys.ofSequence(to), chunk);
        });
    }

    @Test
    void shouldAccountForAllOfANewestChunkOfWhichNothingIsLeft() {
        crash(wanting("r"));
        append("1", "2", "3");
        step();
        pass(Duration.ofSeconds(2)); // the lane's record counts them
        store.corrupt("lane.1", Keys.ofSequence(1), bytes -> new byte[] {1});

        crash(wanting("r"));

        assertThat(journal.gaps()).singleElement().satisfies(gap -> {
            assertThat(gap.from()).isEqualTo(1);
            assertThat(gap.to()).isEqualTo(3);
            assertThat(gap.messages()).isEqualTo(3);
        });
    }

    @Test
    void shouldNotTakeAChunkForRemovedThatASearchDoesNotFind() {
        LaneLog lane = new LaneLog(JournalOptions.DEFAULT_LANE, 1);

        assertThatExceptionOfType(CorruptChunkException.class)
                .isThrownBy(() -> store.commit(tx -> lane.delete(Keys.ofSequence(9), tx)))
                .withMessageContaining("chunk at 9 is there and can't be found");
    }

    @Test
    void shouldStartWhenNoChunkCanBeBelieved() {
        crash(wanting("r"));
        append("1");
        step();
        store.corrupt("lane.1", Keys.ofSequence(1), bytes -> new byte[] {1});

        crash(wanting("r"));
        append("2");
        step();

        assertThat(payloads(journal)).containsExactly("2");
        assertThat(journal.lanes().get(0).messages()).isEqualTo(1);
        assertThat(journal.gaps()).singleElement().satisfies(gap -> {
            assertThat(gap.routes()).containsExactly("r");
            assertThat(gap.from()).isEqualTo(1);
            assertThat(gap.reason()).isEqualTo(GapReason.CORRUPT);
        });
    }

    @Test
    void shouldBeginARouteAnewWhoseProgressCannotBeBelieved() {
        crash(wanting("r"));
        append("1", "2");
        step();
        journal.saveProgress("r", settledUpTo(1, 1));
        journal.committer().onClose();
        store.corrupt(Meta.TABLE, Meta.route("r"), bytes -> new byte[] {1, 2});

        crash(wanting("r"));

        assertThat(journal.progress("r").lanes()).containsExactly(LaneProgress.from("default", 1));
    }

    @Test
    void shouldWriteGatewayTimeAlsoWhenNothingHappens() {
        for (int minute = 0; minute < 100; minute++) {
            clock.advance(Duration.ofMinutes(1));
            step();
        }
        long before = journal.gatewayMillis();

        crash();

        assertThat(journal.gatewayMillis()).isGreaterThan(before - 120_000);
    }

    /** However long the topics: a value that is larger than a file can't be written. */
    @Test
    void shouldCountTopicsTowardsTheSizeOfAChunk() {
        for (int i = 0; i < 500; i++) {
            appendTo(i + "x".repeat(2_000), "");
        }
        step();

        assertThat(journal.read(0, 1, Integer.MAX_VALUE))
                .allSatisfy(chunk -> assertThat(chunk.bytes()).hasSizeLessThan(80 << 10));
        assertThat(payloads(journal)).hasSize(500);
    }

    @Test
    void shouldHaveNoRoomForManyLongTopics() {
        for (int i = 0; i < 200; i++) {
            appendTo(i + "x".repeat(60_000), "");
        }

        assertThat(journal.hasRoom()).isFalse();
    }

    /** At a boot the clock is set some time after the gateway has started. */
    @Test
    void shouldAddTheTimeItWasOffWhenTheWallClockIsRightLater() {
        clock.setWall(1_700_000_000_000L, true);
        crash();
        append("1");
        step();
        long before = journal.gatewayMillis();
        clock.setWall(0, false);
        crash();
        clock.advance(Duration.ofSeconds(15));
        assertThat(journal.gatewayMillis()).isEqualTo(before + 15_000);

        clock.setWall(1_700_000_060_000L, true);
        append("2");
        step();

        assertThat(journal.gatewayMillis()).isEqualTo(before + 60_000);
    }
}
