package dev.holdfast.gateway.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** A lane that chunks are brought back to. */
final class SalvagedLane {

    private static final int STEP_BYTES = 2 << 20;

    private final LaneLog log;
    private final Witness.@Nullable Lane witness;

    /** What lies at or below is there, or was removed by right. */
    private long floor;

    private long messagesBefore;

    /** Whether the store has a note of the two above, for the next try if this one is interrupted. */
    private boolean noted;

    private boolean recorded;
    private boolean empty = true;
    private long head;
    private long totalBytes;
    private long messages;
    private long bytes;

    /** A lane of which nothing is there yet. */
    SalvagedLane(LaneLog log, Witness.@Nullable Lane witness) {
        this.log = log;
        this.witness = witness;
        this.floor = witness == null ? 0 : witness.tail() - 1;
    }

    /** A lane of which the engine has a record. */
    static SalvagedLane stored(LaneLog log, Witness.@Nullable Lane witness) {
        SalvagedLane lane = new SalvagedLane(log, witness);
        lane.recorded = true;
        return lane;
    }

    /** Whether the engine has nothing of a lane that the witness says there was something in. */
    boolean contradictsWitness() {
        return witness != null
                && witness.tail() <= witness.head()
                && (!recorded || !log.name().equals(witness.log().name()) || (empty && !wasEmptied(witness)));
    }

    /** Whether its last messages were removed by right, in a transaction of which the witness has not heard. */
    private boolean wasEmptied(Witness.Lane known) {
        return log.lastSequence() >= known.head() && log.messages() == 0;
    }

    String name() {
        return log.name();
    }

    Witness.@Nullable Lane witness() {
        return witness;
    }

    /** Whether anything was brought back, by this run or by one that was interrupted. */
    boolean isChanged() {
        return noted;
    }

    /** How many messages came back, when they are counted. */
    long messages() {
        return noted ? Math.max(0, messages - messagesBefore) : 0;
    }

    private long witnessedHead() {
        return witness == null ? 0 : witness.head();
    }

    private long newestKnown() {
        return Math.max(Math.max(head, witnessedHead()), log.lastSequence());
    }

    /** Takes over what the engine has, or had before a try that was interrupted. */
    void recover(Store.Reader reader) {
        floor = Math.max(floor, log.lastSequence()); // its record never runs ahead of what is there or accounted for
        Store.Cursor cursor = reader.cursor(log.table());
        if (!cursor.last()) {
            return;
        }
        empty = false;
        long last = Keys.ofChunk(cursor);
        Store.Cursor first = reader.cursor(log.table());
        first.next();
        long oldest = Keys.ofChunk(first);
        try {
            ChunkReader newest = ChunkReader.open(last, cursor.value(), new TopicTable());
            last = newest.lastSequence();
            log.recover(newest, oldest);
        } catch (CorruptChunkException e) {
            // it begins there, and that is what counts here
        }
        messagesBefore = log.state().messages();
        floor = Math.max(floor, last);
        byte[] note = reader.get(Meta.TABLE, Meta.salvage(name()));
        if (note != null) {
            ByteReader in = ByteReader.checked(note);
            floor = in.readLong();
            messagesBefore = in.readLong();
            noted = true;
        }
    }

    /** Whether a whole chunk is to be brought back. */
    boolean misses(byte[] chunk, boolean synced) {
        boolean durable = synced || ChunkReader.lastSequence(chunk) <= witnessedHead();
        return durable && ChunkReader.firstSequence(chunk) > floor;
    }

    /** Puts a chunk in the place of all that it overlaps: of two the one that was written later is true. */
    void put(Store.Writer tx, byte[] chunk) {
        note(tx);
        long first = ChunkReader.firstSequence(chunk);
        long last = ChunkReader.lastSequence(chunk);
        for (byte[] key : overlapping(tx, first, last)) {
            log.delete(key, tx);
        }
        tx.put(log.table(), Keys.ofSequence(first), chunk);
        if (last > head) {
            head = last;
            totalBytes = ChunkReader.bytesBefore(chunk) + ChunkReader.messageBytes(chunk);
        }
    }

    private void note(Store.Writer tx) {
        if (!noted) {
            noted = true;
            byte[] note = new ByteWriter(32)
                    .writeLong(floor)
                    .writeLong(messagesBefore)
                    .toCheckedArray();
            tx.put(Meta.TABLE, Meta.salvage(name()), note);
        }
    }

    private List<byte[]> overlapping(Store.Writer tx, long first, long last) {
        List<byte[]> keys = new ArrayList<>();
        Store.Cursor cursor = tx.cursor(log.table());
        boolean found = cursor.seek(Keys.ofSequence(first));
        Store.Cursor before = tx.cursor(log.table());
        boolean hasBefore = found ? before.seek(cursor.key()) && before.previous() : before.last();
        if (hasBefore && Keys.sequence(before.key()) > floor && lastOf(before) >= first) {
            keys.add(before.key());
        }
        while (found && Keys.sequence(cursor.key()) <= last) {
            keys.add(cursor.key());
            found = cursor.next();
        }
        return keys;
    }

    private static long lastOf(Store.Cursor cursor) {
        return ChunkReader.lastSequence(cursor.valuePrefix(ChunkFormat.HEADER_BYTES));
    }

    /** What the witness says was durable and is not there; nothing when there is no witness. */
    List<Lost> holes(Store store) {
        List<Lost> holes = new ArrayList<>();
        if (witness != null) {
            long trimmedTo = Math.max(log.trimmedTo(), witness.log().trimmedTo());
            Holes search = new Holes(Math.max(floor, trimmedTo - 1) + 1, holes);
            walk(store, chunkBefore(store, search.next), search, log.lastSequence());
            search.missing(witness.head());
        }
        return holes;
    }

    /** Where the chunk begins that is the last to begin before a sequence: it may reach beyond. */
    private long chunkBefore(Store store, long sequence) {
        return store.read(reader -> {
            Store.Cursor cursor = reader.cursor(log.table());
            boolean found = cursor.seek(Keys.ofSequence(sequence)) ? cursor.previous() : cursor.last();
            return found ? Keys.ofChunk(cursor) : sequence;
        });
    }

    /** Counts what there is of it now. */
    void count(Store store) {
        log.countAnew();
        walk(store, 0, new Count(), newestKnown());
    }

    /** Is shown the chunks of a lane in their order. */
    private interface Visitor {

        void whole(long key, byte[] chunk);

        /** One that can't be believed. */
        void damaged(long key, byte[] chunk, Claim held);
    }

    /** Looks for what is missing. What a damaged chunk may have held is accounted for when it is moved. */
    private final class Holes implements Visitor {

        private final List<Lost> holes;
        private long next;

        private Holes(long next, List<Lost> holes) {
            this.next = next;
            this.holes = holes;
        }

        @Override
        public void whole(long key, byte[] chunk) {
            missing(key - 1);
            next = Math.max(next, ChunkReader.lastSequence(chunk) + 1);
        }

        @Override
        public void damaged(long key, byte[] chunk, Claim held) {
            missing(key - 1);
            next = Math.max(next, key + held.messages());
        }

        private void missing(long to) {
            if (to >= next) {
                holes.add(new Lost(name(), next, to));
            }
        }
    }

    /** Counts what the record is to count: recovery counts what is newer. */
    private final class Count implements Visitor {

        @Override
        public void whole(long key, byte[] chunk) {
            add(key, ChunkReader.count(chunk), ChunkReader.messageBytes(chunk), chunk.length);
        }

        @Override
        public void damaged(long key, byte[] chunk, Claim held) {
            add(key, held.messages(), held.bytes(), chunk.length);
        }

        private void add(long key, long held, long heldBytes, int length) {
            if (key <= newestKnown()) {
                messages += held;
                bytes += heldBytes;
                log.added(length);
            }
        }
    }

    /** Shows the chunks from a sequence on; {@code known} is the newest sequence that is known to have been given. */
    private void walk(Store store, long from, Visitor visitor, long known) {
        Walk walk = new Walk(visitor);
        inSteps(store, from, walk::step);
        walk.end(known);
    }

    /** What a damaged chunk may have held is told by where the next one begins. */
    private static final class Walk {

        private final Visitor visitor;
        private long before = -1;

        /** The one before, if it can't be believed. */
        private byte @Nullable [] damaged;

        private Walk(Visitor visitor) {
            this.visitor = visitor;
        }

        private int step(Store.Cursor cursor) {
            long key = Keys.ofChunk(cursor);
            Keys.checkOrder(before, key);
            byte[] last = damaged;
            if (last != null) {
                visitor.damaged(before, last, Claim.of(last, key - before));
            }
            byte[] chunk = cursor.value();
            before = key;
            damaged = ChunkReader.isWhole(key, chunk) ? null : chunk;
            if (damaged == null) {
                visitor.whole(key, chunk);
            }
            return chunk.length;
        }

        private void end(long known) {
            byte[] last = damaged;
            if (last != null) {
                visitor.damaged(before, last, Claim.ofNewest(last, before, known));
            }
        }
    }

    /** Goes over the chunks from a sequence on; no view of the store may be open for long. */
    private void inSteps(Store store, long from, ToIntFunction<Store.Cursor> visitor) {
        Long next = from;
        while (next != null) {
            byte[] key = Keys.ofSequence(next);
            next = store.read(reader -> {
                Store.Cursor cursor = reader.cursor(log.table());
                boolean found = cursor.seek(key);
                for (int read = 0; found && read < STEP_BYTES; found = cursor.next()) {
                    read += visitor.applyAsInt(cursor);
                }
                return found ? Keys.ofChunk(cursor) : null;
            });
            if (next != null) {
                Keys.checkOrder(Keys.sequence(key), next);
            }
        }
    }

    /** Writes the lane's record, so that no sequence is given again that was given before. */
    void putRecord(Store.Writer tx) {
        log.counted(newestKnown(), Math.max(totalBytes, log.totalBytes()), messages, bytes);
        tx.put(Meta.TABLE, Meta.lane(name()), log.encode());
        tx.delete(Meta.TABLE, Meta.salvage(name()));
    }
}
