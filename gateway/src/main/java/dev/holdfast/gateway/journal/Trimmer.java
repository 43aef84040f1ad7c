package dev.holdfast.gateway.journal;

import dev.holdfast.gateway.time.GatewayClock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Removes messages that every route that wants them has settled, once their history is over. Works inside the
 * committer's transactions, a bounded number of chunks at a time, from the oldest on.
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
     * @param header its header, not verified
     * @param length bytes of it
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Settled(byte[] key, long end, byte[] header, int length) {
        /** How many messages it holds; what the header says is believed only as far as it can be. */
        long messages() {
            return header.length < ChunkFormat.HEADER_BYTES
                    ? 0
                    : Math.max(0, Math.min(ChunkReader.count(header), end - Keys.sequence(key)));
        }

        long messageBytes() {
            return ChunkReader.plausibleMessageBytes(header);
        }
    }

    private final List<RouteInterest> routes;
    private final boolean everythingWanted;
    private final long routing;
    private final Evictor evictor;
    private final GatewayClock clock;
    private final TopicTable topics = new TopicTable();
    private final ChunkBuilder survivors = new ChunkBuilder();

    Trimmer(List<RouteInterest> routes, Evictor evictor, GatewayClock clock) {
        this.clock = clock;
        this.routes = routes;
        this.evictor = evictor;
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
     * @param history how long what is settled stays
     * @return whether there is more to trim
     */
    boolean trim(LaneLog lane, long floor, LaneLimits history, Store.Writer tx, CommitContext context) {
        List<Settled> settled = new ArrayList<>();
        boolean more = collect(lane, floor, history, tx, settled);
        if (settled.isEmpty()) {
            return false;
        }
        lane.trimmed(settled.get(settled.size() - 1).end(), routing);
        for (Settled chunk : settled) {
            remove(lane, chunk, tx, context);
        }
        Store.Cursor cursor = tx.cursor(lane.table());
        lane.oldestIs(cursor.next() ? Keys.ofChunk(cursor) : lane.lastSequence() + 1);
        return more;
    }

    /** Finds chunks that end below the floor and whose history is over. A chunk ends before the next one begins. */
    private boolean collect(LaneLog lane, long floor, LaneLimits history, Store.Reader reader, List<Settled> settled) {
        Store.Cursor cursor = reader.cursor(lane.table());
        boolean found = cursor.seek(Keys.ofSequence(lane.trimmedTo(routing)));
        long first = found ? Keys.ofChunk(cursor) : 0;
        long settledBytes = -1;
        while (found) {
            if (settled.size() == MAX_CHUNKS) {
                return true;
            }
            byte[] header = cursor.valuePrefix(ChunkFormat.HEADER_BYTES);
            int length = cursor.valueLength();
            found = cursor.next();
            long end = found ? Keys.ofChunk(cursor) : lane.lastSequence() + 1;
            if (end > floor) {
                return false;
            }
            if (history.ageMillis() > 0 && history.bytes() > 0 && header.length == ChunkFormat.HEADER_BYTES) {
                settledBytes = settledBytes < 0 ? bytesBelow(floor, lane, reader.cursor(lane.table())) : settledBytes;
                if (isHistory(header, settledBytes, history)) {
                    return false;
                }
            }
            settled.add(new Settled(Keys.ofSequence(first), end, header, length));
            first = end;
        }
        return false;
    }

    private boolean isHistory(byte[] header, long settledBytes, LaneLimits history) {
        long age = clock.age(ChunkFormat.getLong(header, ChunkFormat.AT_GATEWAY_MILLIS));
        long behind = settledBytes - ChunkFormat.getLong(header, ChunkFormat.AT_BYTES_BEFORE);
        return age <= history.ageMillis() && behind <= history.bytes();
    }

    /** Bytes of all messages of the lane before the first chunk that is not settled. */
    private static long bytesBelow(long floor, LaneLog lane, Store.Cursor cursor) {
        if (cursor.seek(Keys.ofSequence(floor))) {
            byte[] header = cursor.valuePrefix(ChunkFormat.HEADER_BYTES);
            if (header.length == ChunkFormat.HEADER_BYTES) {
                return ChunkFormat.getLong(header, ChunkFormat.AT_BYTES_BEFORE);
            }
        }
        return lane.totalBytes();
    }

    private void remove(LaneLog lane, Settled chunk, Store.Writer tx, CommitContext context) {
        byte @Nullable [] rest = null;
        if (!everythingWanted) {
            byte[] bytes = tx.get(lane.table(), chunk.key());
            if (bytes == null) {
                throw Keys.notFound(chunk.key());
            }
            try {
                rest = unrouted(ChunkReader.open(Keys.sequence(chunk.key()), bytes, topics));
            } catch (CorruptChunkException e) {
                evictor.setAside(lane, new Evictor.Damaged(chunk.key(), chunk.end(), bytes, e), tx, context);
                return;
            }
        }
        if (rest == null) {
            lane.delete(chunk.key(), tx);
            lane.removed(chunk.messages(), chunk.messageBytes(), chunk.length());
            return;
        }
        int kept = ChunkReader.count(rest);
        lane.addUnrouted(kept);
        if (kept < chunk.messages()) {
            lane.delete(chunk.key(), tx);
            tx.put(lane.table(), Keys.ofSequence(ChunkReader.firstSequence(rest)), rest);
            lane.removed(
                    chunk.messages() - kept, chunk.messageBytes() - ChunkReader.messageBytes(rest), chunk.length());
            lane.added(rest.length);
        }
    }

    /** The messages of a chunk that no route wants, as a sparse chunk; null when there are none. */
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
