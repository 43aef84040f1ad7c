package dev.holdfast.gateway.journal;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Removes messages that every route that wants them has settled. Works inside the committer's transactions, a bounded
 * number of chunks at a time, from the oldest on.
 *
 * <p>A chunk goes as a whole. One that also holds messages which no route wants is replaced by a sparse one that holds
 * only those: they stay, as nobody has had them, without keeping the others on disk.
 */
final class Trimmer {

    /** Bounds what one transaction removes, and with it how long a commit can take. */
    private static final int MAX_CHUNKS = 256;

    /**
     * A chunk that may go.
     *
     * @param key its key
     * @param end sequence at which the next chunk begins
     * @param messages how many it holds
     * @param messageBytes their bytes
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Settled(byte[] key, long end, int messages, int messageBytes) {

        /** Its header is not verified, so what it says is believed only as far as it can be. */
        static Settled of(byte[] key, long end, byte[] header) {
            if (header.length < ChunkFormat.HEADER_BYTES) {
                return new Settled(key, end, 0, 0);
            }
            long atMost = end - Keys.sequence(key);
            int messages = (int) Math.max(0, Math.min(ChunkReader.count(header), atMost));
            return new Settled(key, end, messages, Math.max(0, ChunkReader.messageBytes(header)));
        }
    }

    private final List<RouteInterest> routes;
    private final boolean everythingWanted;
    private final long routing;
    private final Quarantine quarantine;
    private final TopicTable topics = new TopicTable();
    private final ChunkBuilder survivors = new ChunkBuilder();

    Trimmer(List<RouteInterest> routes, Quarantine quarantine) {
        this.routes = routes;
        this.quarantine = quarantine;
        this.everythingWanted = routes.stream().anyMatch(RouteInterest::wantsEverything);
        this.routing = routes.stream()
                .map(RouteInterest::fingerprint)
                .sorted()
                .reduce(1L, (hash, fingerprint) -> 31 * hash + fingerprint);
    }

    /**
     * Trims a lane.
     *
     * @param floor sequence below which every route has settled everything
     * @return whether there is more to trim below the floor
     */
    boolean trim(LaneLog lane, long floor, Store.Writer tx) {
        List<Settled> settled = new ArrayList<>();
        boolean more = collect(lane, floor, tx.cursor(lane.table()), settled);
        if (settled.isEmpty()) {
            return false;
        }
        for (Settled chunk : settled) {
            remove(lane, chunk, tx);
        }
        Store.Cursor cursor = tx.cursor(lane.table());
        boolean empty = !cursor.next();
        long tail = empty ? lane.lastSequence() + 1 : Keys.sequence(cursor.key());
        if (empty) {
            lane.emptied();
        }
        lane.trimmed(tail, settled.get(settled.size() - 1).end(), routing);
        return more;
    }

    /** Finds chunks that end below the floor. A chunk ends before the next one begins. */
    private boolean collect(LaneLog lane, long floor, Store.Cursor cursor, List<Settled> settled) {
        boolean found = cursor.seek(Keys.ofSequence(lane.trimmedTo(routing)));
        while (found) {
            if (settled.size() == MAX_CHUNKS) {
                return true;
            }
            byte[] key = cursor.key();
            byte[] header = cursor.valuePrefix(ChunkFormat.HEADER_BYTES);
            found = cursor.next();
            long end = found ? Keys.sequence(cursor.key()) : lane.lastSequence() + 1;
            if (end > floor) {
                return false;
            }
            settled.add(Settled.of(key, end, header));
        }
        return false;
    }

    private void remove(LaneLog lane, Settled chunk, Store.Writer tx) {
        long key = Keys.sequence(chunk.key());
        boolean whole = everythingWanted && !quarantine.contains(lane, key);
        byte @Nullable [] rest = whole ? null : unrouted(lane, chunk, tx);
        if (rest == null) {
            tx.delete(lane.table(), chunk.key());
            lane.removed(chunk.messages(), chunk.messageBytes());
        } else if (ChunkReader.count(rest) < chunk.messages()) {
            tx.delete(lane.table(), chunk.key());
            tx.put(lane.table(), Keys.ofSequence(ChunkReader.firstSequence(rest)), rest);
            lane.removed(
                    chunk.messages() - ChunkReader.count(rest), chunk.messageBytes() - ChunkReader.messageBytes(rest));
        }
    }

    /** The messages of a chunk that no route wants, as a sparse chunk; null when there are none. */
    private byte @Nullable [] unrouted(LaneLog lane, Settled chunk, Store.Writer tx) {
        long key = Keys.sequence(chunk.key());
        byte[] bytes = tx.get(lane.table(), chunk.key());
        if (bytes == null) {
            throw new StoreException("chunk " + key + " of lane " + lane.name() + " is gone");
        }
        try {
            return unrouted(ChunkReader.open(key, bytes, topics));
        } catch (CorruptChunkException e) {
            quarantine.add(lane, key, bytes.length, e);
            tx.put(SideTable.QUARANTINE.table(), Quarantine.key(lane, key), bytes);
            return null;
        }
    }

    private byte @Nullable [] unrouted(ChunkReader reader) {
        boolean begun = false;
        while (reader.next()) {
            if (!wanted(reader.topic(), reader.origin())) {
                if (!begun) {
                    begun = true;
                    survivors.begin(reader.headerFrom(reader.sequence()), true);
                }
                survivors.add(reader);
            }
        }
        return begun ? survivors.finish() : null;
    }

    private boolean wanted(Topic topic, Origin origin) {
        for (RouteInterest route : routes) {
            if (route.wants(topic, origin)) {
                return true;
            }
        }
        return false;
    }
}
