package dev.holdfast.gateway.journal;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A lane that chunks are brought back to. */
final class SalvagedLane {

    private final LaneLog log;
    private final Witness.@Nullable Lane witness;

    /** What lies at or below is there, or was removed by right. */
    private long floor;

    /** Whether the newest chunk that the engine has can't be believed: recovery deals with what it may have held. */
    private boolean endsInDamage;

    /** Whether the store has a note of how the lane was before, for the next try if this one is interrupted. */
    private boolean noted;

    private boolean recorded;
    private boolean empty = true;
    private long storedMessages;
    private long storedBytes;
    private long head;
    private long totalBytes;
    private long messages;
    private long messageBytes;

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

    /** How many messages came back. */
    long messages() {
        return messages;
    }

    private long witnessedHead() {
        return witness == null ? 0 : witness.head();
    }

    /** Takes over what the engine has. */
    void recover(Store.Reader reader) {
        floor = Math.max(floor, log.lastSequence()); // its record never runs ahead of what is there or accounted for
        Store.Cursor cursor = reader.cursor(log.table());
        if (!cursor.last()) {
            return;
        }
        empty = false;
        Recovery.countNewer(log, reader);
        long last = Keys.sequence(cursor.key());
        try {
            ChunkReader newest = ChunkReader.open(last, cursor.value(), new TopicTable());
            last = newest.lastSequence();
            Store.Cursor oldest = reader.cursor(log.table());
            oldest.next();
            log.recover(newest, Keys.sequence(oldest.key()));
        } catch (CorruptChunkException e) {
            endsInDamage = true;
        }
        storedMessages = log.state().messages();
        storedBytes = log.state().bytes();
        floor = Math.max(floor, last);
        byte[] note = reader.get(Meta.TABLE, Meta.salvage(name()));
        if (note != null) {
            ByteReader in = ByteReader.checked(note);
            floor = in.readLong();
            endsInDamage = in.readByte() == 1;
            storedMessages = in.readLong();
            storedBytes = in.readLong();
            noted = true;
            countSalvaged(reader);
        }
    }

    /** Takes over what an earlier try has brought back to a lane of which there was nothing. */
    void recoverSalvaged(Store.Reader reader) {
        Recovery.countNewer(log, reader);
        countSalvaged(reader);
    }

    private void countSalvaged(Store.Reader reader) {
        Store.Cursor cursor = reader.cursor(log.table());
        for (boolean found = cursor.seek(Keys.ofSequence(floor + 1)); found; found = cursor.next()) {
            byte[] header = cursor.valuePrefix(ChunkFormat.HEADER_BYTES);
            storedMessages += ChunkReader.count(header);
            storedBytes += ChunkReader.messageBytes(header);
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
            byte[] old = tx.get(log.table(), key);
            if (old != null) {
                messages -= ChunkReader.count(old);
                messageBytes -= ChunkReader.messageBytes(old);
                log.removed(0, 0, old.length);
                tx.delete(log.table(), key);
            }
        }
        tx.put(log.table(), Keys.ofSequence(first), chunk);
        messages += ChunkReader.count(chunk);
        messageBytes += ChunkReader.messageBytes(chunk);
        log.added(chunk.length);
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
                    .writeByte(endsInDamage ? 1 : 0)
                    .writeLong(storedMessages)
                    .writeLong(storedBytes)
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
    List<Lost> holes(Store.Reader reader) {
        List<Lost> holes = new ArrayList<>();
        if (witness == null) {
            return holes;
        }
        long next = Math.max(floor, log.trimmedTo() - 1) + 1;
        Store.Cursor cursor = reader.cursor(log.table());
        boolean some = cursor.seek(Keys.ofSequence(next));
        if (endsInDamage) {
            next = some ? Keys.sequence(cursor.key()) : witness.head() + 1;
        }
        boolean behindDamage = false;
        for (boolean found = some; found; found = cursor.next()) {
            long first = Keys.sequence(cursor.key());
            if (behindDamage) {
                next = first; // what a damaged chunk may have held, up to the next one, is accounted for with it
            } else if (first > next) {
                holes.add(new Lost(name(), next, first - 1));
            }
            byte[] chunk = cursor.value();
            behindDamage = !ChunkReader.isWhole(first, chunk);
            next = behindDamage
                    ? first + ChunkReader.plausibleCount(chunk, Recovery.MAX_CHUNK_MESSAGES)
                    : Math.max(next, ChunkReader.lastSequence(chunk) + 1);
        }
        if (next <= witness.head()) {
            holes.add(new Lost(name(), next, witness.head()));
        }
        return holes;
    }

    /** Writes the lane's record, so that no sequence is given again that was given before. */
    void putRecord(Store.Writer tx) {
        LaneState known = log.state();
        log.salvaged(
                Math.max(Math.max(head, witnessedHead()), known.head()),
                Math.max(totalBytes, known.totalBytes()),
                storedMessages + messages,
                storedBytes + messageBytes);
        tx.put(Meta.TABLE, Meta.lane(name()), log.encode());
        tx.delete(Meta.TABLE, Meta.salvage(name()));
    }
}
