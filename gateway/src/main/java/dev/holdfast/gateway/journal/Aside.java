package dev.holdfast.gateway.journal;

import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is kept for people to look at: dead letters, and copies of chunks that could not be believed. It counts against the
 * quota, and takes no more than its part of it. A dead letter that finds no room becomes a gap, and of a chunk only the gap
 * stays that it is anyway; what is there already is kept, as the first ones tell what began. Belongs to the committer.
 */
final class Aside {

    private static final Logger LOG = LoggerFactory.getLogger(Aside.class);
    private static final List<SideTable> TABLES = List.of(SideTable.DEAD_LETTERS, SideTable.QUARANTINE);

    private final LongSupplier mostBytes;
    private final GapLog gaps;
    private long bytes;
    private boolean full;

    /**
     * Nothing, until {@link #restore}.
     *
     * @param mostBytes how much it may be at this moment
     * @param gaps where it says what it had no room for
     */
    Aside(LongSupplier mostBytes, GapLog gaps) {
        this.mostBytes = mostBytes;
        this.gaps = gaps;
    }

    /** Counts what is in the store, and forgets what was staged. */
    void restore(Store.Reader reader) {
        bytes = 0;
        for (SideTable table : TABLES) {
            Store.Cursor cursor = reader.cursor(table.table());
            while (cursor.next()) {
                bytes += cursor.key().length + cursor.valueLength();
            }
        }
    }

    /** How many bytes it takes, without what an engine adds. */
    long bytes() {
        return bytes;
    }

    /** Keeps a copy of a chunk, if there is room. */
    void keep(byte[] key, byte[] chunk, Store.Writer tx) {
        boolean unused = put(SideTable.QUARANTINE, key, chunk, tx);
    }

    /** Puts a dead letter aside, or what takes its place, or removes one. */
    void change(Mutation letter, List<LaneLog> lanes, Store.Writer tx, CommitContext context) {
        byte[] value = letter.value();
        if (value == null) {
            bytes -= bytesOf(letter.table(), letter.key(), tx);
            tx.delete(letter.table().table(), letter.key());
        } else if (!put(letter.table(), letter.key(), value, tx)) {
            DeadLetters.Place place = DeadLetters.place(letter.key());
            for (LaneLog lane : lanes) {
                if (lane.name().equals(place.lane())) {
                    long at = place.sequence();
                    List<String> by = List.of(place.route());
                    gaps.add(lane, by, GapReason.REJECTED, at, at, 1, DeadLetters.messageBytes(value), context);
                }
            }
        }
    }

    private boolean put(SideTable table, byte[] key, byte[] value, Store.Writer tx) {
        long before = bytesOf(table, key, tx);
        long added = key.length + value.length - before;
        boolean fits = added <= room();
        if (fits) {
            tx.put(table.table(), key, value);
            bytes += added;
        } else if (!full) {
            LOG.error("dead letters and quarantine are full, the next ones are not kept bytes={}", bytes);
        }
        full = !fits;
        return fits || before > 0;
    }

    private long room() {
        return mostBytes.getAsLong() - bytes;
    }

    private static long bytesOf(SideTable table, byte[] key, Store.Writer tx) {
        byte[] known = tx.get(table.table(), key);
        return known == null ? 0 : key.length + known.length;
    }
}
