package dev.holdfast.gateway.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.gateway.journal.ChunkReader;
import dev.holdfast.gateway.journal.Gap;
import dev.holdfast.gateway.journal.GapReason;
import dev.holdfast.gateway.journal.Store;
import dev.holdfast.gateway.journal.StoredChunk;
import dev.holdfast.gateway.journal.StoredGaps;
import dev.holdfast.gateway.journal.TopicTable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;

/** What lies on disk, looked at without the journal. Only what was not seen before is decoded. */
final class DiskView {

    /** What the engine takes for an entry, as the journal reckons. */
    private static final int ENTRY_BYTES = 64;

    private static final String DEAD_LETTERS = "dead";

    /**
     * What a lane holds.
     *
     * @param messages how many
     * @param bytes their bytes
     * @param storedBytes what they take in the store
     * @param tail sequence of the first; 0 when there is none
     * @param unwanted how many of them no route wants
     * @param chunks in how many chunks
     */
    record Lane(long messages, long bytes, long storedBytes, long tail, long unwanted, int chunks) {}

    private final Setup setup;
    private final ModelLedger ledger;
    private IdentityHashMap<byte[], List<StoredCopy>> known = new IdentityHashMap<>();
    private final IdentityHashMap<byte[], Boolean> deadLetters = new IdentityHashMap<>();

    private List<Gap> gaps = List.of();

    DiskView(Setup setup, ModelLedger ledger) {
        this.setup = setup;
        this.ledger = ledger;
    }

    /** Notes chunks that were stored since the last look, gone or not. */
    void appended(List<RecordingWriter.Entry> entries) {
        for (RecordingWriter.Entry entry : entries) {
            for (int lane = 0; lane < setup.lanes().size(); lane++) {
                if (entry.table().equals(Setup.table(lane))) {
                    long key = ByteBuffer.wrap(entry.key()).getLong();
                    known.put(entry.value(), decode(lane, key, entry.value()));
                }
            }
        }
    }

    /** Looks at all lanes and dead letters, and shows the ledger what it sees. */
    List<Lane> look(Store disk, int number) {
        return disk.read(reader -> {
            IdentityHashMap<byte[], List<StoredCopy>> seen = new IdentityHashMap<>();
            List<Lane> lanes = new ArrayList<>();
            for (int lane = 0; lane < setup.lanes().size(); lane++) {
                lanes.add(look(lane, reader.cursor(Setup.table(lane)), seen, number));
            }
            known = seen;
            lookAtDeadLetters(reader.cursor(DEAD_LETTERS));
            List<Gap> before = gaps;
            gaps = StoredGaps.in(reader);
            gaps.stream()
                    .filter(gap -> gap.reason() == GapReason.REJECTED && !before.contains(gap))
                    .forEach(gap -> ledger.notPutAside(gap, setup.laneNames().indexOf(gap.lane())));
            return lanes;
        });
    }

    /** The gaps that were there at the last look. */
    List<Gap> gaps() {
        return gaps;
    }

    private Lane look(int lane, Store.Cursor cursor, IdentityHashMap<byte[], List<StoredCopy>> seen, int number) {
        long messages = 0;
        long bytes = 0;
        long storedBytes = 0;
        long tail = 0;
        long unwanted = 0;
        int chunks = 0;
        while (cursor.next()) {
            byte[] value = cursor.value();
            List<StoredCopy> copies = known.get(value);
            if (copies == null) {
                copies = decode(lane, ByteBuffer.wrap(cursor.key()).getLong(), value);
            }
            seen.put(value, copies);
            tail = tail == 0 ? copies.get(0).sequence : tail;
            chunks++;
            messages += copies.size();
            storedBytes += value.length + ENTRY_BYTES;
            for (StoredCopy copy : copies) {
                bytes += copy.message.bytes();
                unwanted += copy.message.wantedBy == 0 ? 1 : 0;
                copy.lastSeen = number;
                copy.message.lastSeen = number;
            }
        }
        return new Lane(messages, bytes, storedBytes, tail, unwanted, chunks);
    }

    private List<StoredCopy> decode(int lane, long key, byte[] value) {
        List<StoredCopy> copies = new ArrayList<>();
        ChunkReader reader = new StoredChunk(key, value).open(new TopicTable());
        while (reader.next()) {
            String payload = new String(
                    Arrays.copyOfRange(
                            reader.bytes(), reader.payloadOffset(), reader.payloadOffset() + reader.payloadLength()),
                    UTF_8);
            copies.add(ledger.stored(lane, reader.epoch(), reader.sequence(), payload));
        }
        return copies;
    }

    /** One that is put aside again, after a crash, is a new value under the same key. */
    private void lookAtDeadLetters(Store.Cursor cursor) {
        while (cursor.next()) {
            if (deadLetters.put(cursor.value(), true) == null) {
                byte[] key = cursor.key();
                String[] names = new String(key, 0, key.length - Long.BYTES - 1, UTF_8).split("/", -1);
                long sequence = ByteBuffer.wrap(key, key.length - Long.BYTES, Long.BYTES)
                        .getLong();
                ledger.deadLetter(names[0], setup.laneNames().indexOf(names[1]), sequence);
            }
        }
    }
}
