package dev.holdfast.gateway.journal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Goes over all that a store holds, chunk by chunk, and says what it is worth. In steps, in bounded memory. */
public final class StoreCheck {

    private static final int STEP_BYTES = 4 << 20;

    private final Store store;
    private final LongConsumer progress;
    private final boolean repairing;
    private final Map<Integer, Witness.Lane> witnessed = new HashMap<>();
    private long bytesRead;

    private StoreCheck(Store store, LongConsumer progress, boolean repairing) {
        this.store = store;
        this.progress = progress;
        this.repairing = repairing;
    }

    /**
     * What was found.
     *
     * @param problem why the store can't be read as a whole; null when it can
     * @param lanes the lanes
     * @param deadLetters dead letters kept
     * @param quarantined chunks in quarantine
     * @param salvagedMessages messages that repairing brought back
     */
    public record Report(
            @Nullable String problem, List<Lane> lanes, long deadLetters, long quarantined, long salvagedMessages) {

        /** Whether nothing is wrong. */
        public boolean clean() {
            return problem == null && lanes.stream().allMatch(lane -> lane.badChunks() == 0 && lane.missing() == 0);
        }
    }

    /**
     * A lane.
     *
     * @param name its name
     * @param messages messages that can be read
     * @param bytes bytes of their topics, properties and payloads
     * @param chunks chunks that can be read
     * @param badChunks chunks that can't be believed
     * @param missing sequences that should be there and are not
     */
    public record Lane(String name, long messages, long bytes, long chunks, long badChunks, long missing) {}

    /** Checks without changing anything; {@code progress} is told how many bytes were read so far. */
    public static Report check(Store store, LongConsumer progress) {
        Remains remains = store.remains();
        if (remains != null && remains.everything()) {
            return new Report(
                    "the engine can't read its files; a start, or --repair, sets them aside and salvages"
                            + " what it can",
                    List.of(),
                    0,
                    0,
                    0);
        }
        return new StoreCheck(store, progress, false).run(remains, 0);
    }

    /**
     * Brings back what was lost, as a start does, and moves every chunk that can't be believed to the quarantine; durable
     * when it returns.
     */
    public static Report repair(Store store, LongConsumer progress) {
        store.read(reader -> {
            Recovery.checkFormat(reader);
            return true;
        });
        Salvage.Result salvaged = Salvage.run(store);
        Report report = new StoreCheck(store, progress, true).run(null, salvaged.messages());
        store.recovered(salvaged.missed());
        return report;
    }

    private Report run(@Nullable Remains remains, long salvaged) {
        List<Lane> lanes = new ArrayList<>();
        try {
            List<LaneLog> stored = store.read(reader -> {
                Recovery.checkFormat(reader);
                return List.copyOf(Recovery.storedLanes(reader).values());
            });
            if (remains != null) {
                for (Witness.Lane lane : Witness.decode(remains.witness()).lanes()) {
                    witnessed.put(lane.log().id(), lane);
                }
            }
            for (LaneLog lane : stored) {
                lanes.add(new LaneCheck(lane).run());
            }
            long dead = count(SideTable.DEAD_LETTERS);
            return new Report(null, lanes, dead, count(SideTable.QUARANTINE), salvaged);
        } catch (StoreException | CorruptChunkException e) {
            return new Report(String.valueOf(e.getMessage()), lanes, 0, 0, salvaged);
        }
    }

    private long count(SideTable table) {
        return store.read(reader -> {
            long entries = 0;
            Store.Cursor cursor = reader.cursor(table.table());
            while (cursor.next()) {
                entries++;
            }
            return entries;
        });
    }

    private final class LaneCheck {

        private final LaneLog lane;
        private long messages;
        private long bytes;
        private long chunks;
        private long bad;
        private long missing;
        private long next;
        private long totalBytes;
        private boolean endsBad;
        private final List<StoredChunk> toMove = new ArrayList<>();

        LaneCheck(LaneLog lane) {
            this.lane = lane;
        }

        Lane run() {
            Long from = 0L;
            while (from != null) {
                long begin = from;
                from = store.read(reader -> step(reader, begin));
                move();
            }
            Witness.Lane witness = witnessed.get(lane.id());
            if (witness != null && !endsBad) {
                missing += Math.max(0, witness.head() - Math.max(next, witness.tail()) + 1);
            }
            if (repairing && bad > 0) {
                writeRecord();
            }
            return new Lane(lane.name(), messages, bytes, chunks, bad, missing);
        }

        private @Nullable Long step(Store.Reader reader, long from) {
            Store.Cursor cursor = reader.cursor(lane.table());
            long left = STEP_BYTES;
            boolean found = cursor.seek(Keys.ofSequence(from));
            while (found && left > 0) {
                StoredChunk chunk = new StoredChunk(Keys.sequence(cursor.key()), cursor.value());
                left -= chunk.bytes().length;
                bytesRead += chunk.bytes().length;
                check(chunk);
                found = cursor.next();
            }
            progress.accept(bytesRead);
            return found ? Keys.sequence(cursor.key()) : null;
        }

        private void check(StoredChunk chunk) {
            try {
                ChunkReader messagesOf = chunk.open(new TopicTable());
                long count = 0;
                while (messagesOf.next()) {
                    count++;
                }
                if (count != messagesOf.count() || messagesOf.lastSequence() < messagesOf.firstSequence()) {
                    throw new CorruptChunkException("it holds " + count + " messages of " + messagesOf.count());
                }
                if (next > 0 && !endsBad) {
                    missing += Math.max(0, chunk.key() - Math.max(next, lane.trimmedTo()));
                }
                endsBad = false;
                next = messagesOf.lastSequence() + 1;
                chunks++;
                messages += count;
                bytes += messagesOf.totalMessageBytes();
                totalBytes = messagesOf.bytesBefore() + messagesOf.totalMessageBytes();
            } catch (CorruptChunkException e) {
                bad++;
                endsBad = true;
                next = chunk.key() + 1;
                toMove.add(chunk);
            }
        }

        private void move() {
            if (repairing) {
                for (StoredChunk chunk : toMove) {
                    store.commit(tx -> {
                        tx.delete(lane.table(), Keys.ofSequence(chunk.key()));
                        tx.put(SideTable.QUARANTINE.table(), Quarantine.key(lane, chunk.key()), chunk.bytes());
                    });
                }
            }
            toMove.clear();
        }

        private void writeRecord() {
            LaneState known = lane.state();
            long head = Math.max(known.head(), endsBad ? next + Recovery.MAX_CHUNK_MESSAGES : next - 1);
            lane.salvaged(head, Math.max(known.totalBytes(), totalBytes), messages, bytes);
            store.commit(tx -> tx.put(Meta.TABLE, Meta.lane(lane.name()), lane.encode()));
        }
    }
}
