package dev.holdfast.gateway.journal;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chunks that could not be believed, by lane and key: each is counted, logged and moved aside once, however often it is
 * met. Thread-safe.
 */
final class Quarantine {

    private static final Logger LOG = LoggerFactory.getLogger(Quarantine.class);

    private record Place(long lane, long key) {}

    /**
     * A chunk that is to be moved.
     *
     * @param routes those that have met it, and gone on behind it
     */
    record Found(LaneLog lane, long key, CorruptChunkException why, Set<String> routes) {}

    private final Set<Place> places = ConcurrentHashMap.newKeySet();
    private final Map<Place, Found> found = new ConcurrentHashMap<>();

    /** Takes over what is on disk. */
    void restore(Store.Reader reader) {
        Store.Cursor cursor = reader.cursor(SideTable.QUARANTINE.table());
        while (cursor.next()) {
            ByteReader key = new ByteReader(cursor.key());
            places.add(new Place(key.readLong(), key.readLong()));
        }
    }

    /** Says that a chunk can't be believed, to the log and to the counter. */
    void add(LaneLog lane, long key, int bytes, CorruptChunkException why) {
        if (places.add(new Place(lane.id(), key))) {
            LOG.error(
                    "chunk can't be believed, quarantined lane={} sequence={} bytes={} why=\"{}\"",
                    lane.name(),
                    key,
                    bytes,
                    why.getMessage());
        }
    }

    /** Notes a chunk that a route has met, to be moved by the committer. */
    void found(LaneLog lane, long key, int bytes, CorruptChunkException why, String route) {
        add(lane, key, bytes, why);
        found.computeIfAbsent(
                        new Place(lane.id(), key), place -> new Found(lane, key, why, ConcurrentHashMap.newKeySet()))
                .routes()
                .add(route);
    }

    /** Whether there are chunks to be moved. */
    boolean hasFound() {
        return !found.isEmpty();
    }

    /** The chunks that are to be moved. */
    List<Found> found() {
        return List.copyOf(found.values());
    }

    /** They were moved, durably. */
    void moved(List<Found> chunks) {
        chunks.forEach(chunk -> found.remove(new Place(chunk.lane().id(), chunk.key())));
    }

    /** How many chunks it holds. */
    int size() {
        return places.size();
    }

    /** Where the copy of a chunk lies. */
    static byte[] key(LaneLog lane, long key) {
        return new ByteWriter(16).writeLong(lane.id()).writeLong(key).toByteArray();
    }
}
