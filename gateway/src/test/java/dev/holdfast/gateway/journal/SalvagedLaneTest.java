package dev.holdfast.gateway.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What is missing of a lane, by the witness. */
class SalvagedLaneTest extends SteppedJournal {

    private static final String TABLE = "lane.1";
    private static final long CHUNKS = 9;

    private void store() {
        for (int i = 1; i <= CHUNKS; i++) {
            append("message " + i);
            step();
        }
    }

    private List<Lost> holes() {
        LaneLog log = new LaneLog(JournalOptions.DEFAULT_LANE, 1);
        SalvagedLane lane = SalvagedLane.stored(log, new Witness.Lane(log, CHUNKS, 1));
        return lane.holes(store);
    }

    private void delete(long key) {
        store.commit(tx -> tx.delete(TABLE, Keys.ofSequence(key)));
    }

    private void damage(long key, int at, byte value) {
        store.commit(tx -> {
            byte[] chunk =
                    Objects.requireNonNull(tx.get(TABLE, Keys.ofSequence(key))).clone();
            chunk[at] = value;
            tx.put(TABLE, Keys.ofSequence(key), chunk);
        });
    }

    private static Lost lost(long from, long to) {
        return new Lost(JournalOptions.DEFAULT_LANE, from, to);
    }

    @Test
    void shouldFindWhatIsMissing() {
        store();
        assertThat(holes()).isEmpty();

        delete(1);
        delete(4);
        delete(5);
        delete(CHUNKS);

        assertThat(holes()).containsExactly(lost(1, 1), lost(4, 5), lost(CHUNKS, CHUNKS));
    }

    @Test
    void shouldNotMissWhatWasTrimmedSinceTheRecord() {
        store();
        LaneLog newer = new LaneLog(JournalOptions.DEFAULT_LANE, 1);
        newer.trimmed(6, 0);
        delete(2);
        delete(5);
        delete(7);

        SalvagedLane lane =
                SalvagedLane.stored(new LaneLog(JournalOptions.DEFAULT_LANE, 1), new Witness.Lane(newer, CHUNKS, 1));

        assertThat(lane.holes(store)).containsExactly(lost(7, 7));
    }

    /** What it held is accounted for when it is moved, and not what lay behind it. */
    @Test
    void shouldNotBelieveADamagedChunkHowFarItReaches() {
        store();
        damage(3, ChunkFormat.AT_SPAN + 1, (byte) 1); // says that it holds 65,537 messages
        delete(4);
        delete(7);
        delete(CHUNKS);

        assertThat(holes()).containsExactly(lost(4, 4), lost(7, 7), lost(CHUNKS, CHUNKS));
    }

    @Test
    void shouldMissWhatLiesBehindADamagedChunkThatIsTheLast() {
        store();
        delete(8);
        delete(CHUNKS);
        damage(7, ChunkFormat.AT_SPAN + 3, (byte) 1);

        assertThat(holes()).containsExactly(lost(8, CHUNKS));
    }
}
