package dev.holdfast.gateway.journal;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chunks that could not be believed, by lane and key: each is counted, logged and copied once, however often it is met.
 * Thread-safe.
 */
final class Quarantine {

    private static final Logger LOG = LoggerFactory.getLogger(Quarantine.class);

    private record Place(long lane, long key) {}

    private final Set<Place> places = ConcurrentHashMap.newKeySet();

    /** Takes over what is on disk. */
    void restore(Store.Reader reader) {
        Store.Cursor cursor = reader.cursor(SideTable.QUARANTINE.table());
        while (cursor.next()) {
            ByteReader key = new ByteReader(cursor.key());
            places.add(new Place(key.readLong(), key.readLong()));
        }
    }

    /** Says whether the chunk was not known yet. */
    boolean add(LaneLog lane, long key, int bytes, CorruptChunkException why) {
        boolean added = places.add(new Place(lane.id(), key));
        if (added) {
            LOG.error(
                    "chunk can't be believed, quarantined lane={} sequence={} bytes={} why=\"{}\"",
                    lane.name(),
                    key,
                    bytes,
                    why.getMessage());
        }
        return added;
    }

    boolean contains(LaneLog lane, long key) {
        return !places.isEmpty() && places.contains(new Place(lane.id(), key));
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
