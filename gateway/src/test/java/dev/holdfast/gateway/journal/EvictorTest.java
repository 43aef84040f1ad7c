package dev.holdfast.gateway.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.gateway.agent.Signal;
import dev.holdfast.gateway.time.GatewayClock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A tree whose searches go astray: what can't be found can't be removed, and must not count as removed. */
class EvictorTest extends SteppedJournal {

    private final GapLog gaps = new GapLog(false);
    private final Quarantine quarantine = new Quarantine();
    private final Evictor evictor = new Evictor(
            List.of(wanting("r")),
            new ProgressBoard(Map.of("r", RouteProgress.NONE), new Signal()),
            gaps,
            quarantine,
            new Aside(() -> Long.MAX_VALUE, gaps));
    private final CommitContext context = new CommitContext(1, GatewayClock.Reading.NONE, 0);

    /** Finds nothing by its key. */
    private record Astray(Store.Writer tx) implements Store.Writer {

        @Override
        public byte @Nullable [] get(String table, byte[] key) {
            return null;
        }

        @Override
        public Store.Cursor cursor(String table) {
            return tx.cursor(table);
        }

        @Override
        public void put(String table, byte[] key, byte[] value) {
            tx.put(table, key, value);
        }

        @Override
        public void append(String table, byte[] key, byte[] value) {
            tx.append(table, key, value);
        }

        @Override
        public boolean delete(String table, byte[] key) {
            return false;
        }
    }

    private LaneLog lane() {
        for (int i = 1; i <= 3; i++) {
            append("message " + i);
            step();
        }
        return Objects.requireNonNull(store.read(Recovery::storedLanes).get(JournalOptions.DEFAULT_LANE));
    }

    @Test
    void shouldNotTakeAChunkForEvictedThatASearchDoesNotFind() {
        LaneLog lane = lane();

        assertThatExceptionOfType(CorruptChunkException.class)
                .isThrownBy(() ->
                        store.commit(tx -> evictor.evictOldest(lane, GapReason.AGE, false, new Astray(tx), context)))
                .withMessageContaining("chunk at 1 is there and can't be found");
        assertThat(quarantine.size()).isZero();
    }

    @Test
    void shouldNotTakeADamagedOneForMovedThatASearchDoesNotFind() {
        LaneLog lane = lane();
        store.corrupt(lane.table(), Keys.ofSequence(1), bytes -> {
            bytes[bytes.length - 1] ^= 1;
            return bytes;
        });

        assertThatExceptionOfType(CorruptChunkException.class)
                .isThrownBy(() ->
                        store.commit(tx -> evictor.evictOldest(lane, GapReason.AGE, false, new Astray(tx), context)))
                .withMessageContaining("chunk at 1 is there and can't be found");
        assertThat(gaps.all()).isEmpty();
    }
}
