package dev.holdfast.gateway.journal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Goes over all that a store holds, chunk by chunk, and says what it is worth. In steps, in bounded memory. */
public final class StoreCheck {

    private static final int STEP_BYTES = 4 << 20;

    private final Store store;
    private final LongConsumer progress;
    private final @Nullable Repair repair;
    private final Map<Integer, Witness.Lane> witnessed = new HashMap<>();
    private long bytesRead;

    private StoreCheck(Store store, LongConsumer progress, @Nullable Repair repair) {
        this.store = store;
        this.progress = progress;
        this.repair = repair;
    }

    /**
     * What was found.
     *
     * @param problem why the store can't be read as a whole; null when it can
     * @param lanes the lanes
     * @param deadLetters dead letters kept
     * @param quarantined chunks in quarantine
     * @param moved bad chunks that repairing moved before it went over the lanes
     * @param salvagedMessages messages that repairing brought back
     * @param lostMessages messages that were durable and can't be found any more: repairing has recorded them as gaps
     */
    public record Report(
            @Nullable String problem,
            List<Lane> lanes,
            long deadLetters,
            long quarantined,
            long moved,
            long salvagedMessages,
            long lostMessages) {

        /** Whether nothing is wrong, and nothing was. */
        public boolean clean() {
            return problem == null
                    && moved == 0
                    && salvagedMessages == 0
                    && lostMessages == 0
                    && lanes.stream().allMatch(lane -> lane.badChunks() == 0 && lane.missing() == 0);
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
                    0,
                    0,
                    0);
        }
        return new StoreCheck(store, progress, null).run(remains);
    }

    /**
     * Brings back what was lost, as a start does, moves every chunk that can't be believed to the quarantine, and records a
     * gap for all that is lost; durable when it returns.
     *
     * @throws StoreException if the store turns out to be unreadable: the next try sets it aside and salvages
     */
    public static Report repair(Store store, LongConsumer progress) {
        try {
            return repairWhatCanBeRead(store, progress);
        } catch (CorruptChunkException e) {
            store.distrust(String.valueOf(e.getMessage()));
            throw new StoreException(e.getMessage() + "; another try sets the store aside and salvages what it can", e);
        }
    }

    private static Report repairWhatCanBeRead(Store store, LongConsumer progress) {
        store.read(reader -> {
            Recovery.checkFormat(reader);
            return true;
        });
        Salvage.Result salvaged = Salvage.run(store);
        Repair repair = Repair.of(store);
        int moved = repair.begin(salvaged.lost());
        store.recovered(salvaged.missed());
        Report found = new StoreCheck(store, progress, repair).run(null);
        long lost = salvaged.lost().stream().mapToLong(Lost::messages).sum();
        return new Report(
                found.problem(),
                found.lanes(),
                found.deadLetters(),
                found.quarantined(),
                moved,
                salvaged.messages(),
                lost);
    }

    private Report run(@Nullable Remains remains) {
        List<Lane> lanes = new ArrayList<>();
        try {
            List<LaneLog> stored = repair != null
                    ? repair.lanes()
                    : store.read(reader -> {
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
            return new Report(null, lanes, dead, count(SideTable.QUARANTINE), 0, 0, 0);
        } catch (StoreException | CorruptChunkException e) {
            return new Report(String.valueOf(e.getMessage()), lanes, 0, 0, 0, 0, 0);
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
        private final Map<StoredChunk, CorruptChunkException> toMove = new LinkedHashMap<>();

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
            if (repair != null && bad > 0) {
                repair.counted(lane, messages, bytes, totalBytes);
            }
            return new Lane(lane.name(), messages, bytes, chunks, bad, missing);
        }

        private @Nullable Long step(Store.Reader reader, long from) {
            Store.Cursor cursor = reader.cursor(lane.table());
            long left = STEP_BYTES;
            boolean found = cursor.seek(Keys.ofSequence(from));
            while (found && left > 0) {
                StoredChunk chunk = new StoredChunk(Keys.ofChunk(cursor), cursor.value());
                left -= chunk.bytes().length;
                bytesRead += chunk.bytes().length;
                check(chunk);
                found = cursor.next();
            }
            progress.accept(bytesRead);
            if (!found) {
                return null;
            }
            long next = Keys.ofChunk(cursor);
            Keys.checkOrder(from, next);
            return next;
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
                toMove.put(chunk, e);
            }
        }

        private void move() {
            if (repair != null) {
                toMove.forEach((chunk, why) -> repair.setAside(lane, chunk, why));
            }
            toMove.clear();
        }
    }
}
