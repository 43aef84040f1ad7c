package dev.holdfast.gateway.journal;

import dev.holdfast.gateway.time.GatewayClock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what a store holds: where each lane ends, how far each route has come, and what time it was. Reads one chunk
 * at each end of a lane, whatever is stored between, and goes farther back only over chunks that can't be believed.
 */
final class Recovery {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    /** More than a chunk can hold: the sequences of one whose header can't be believed are never given again. */
    private static final int MAX_CHUNK_MESSAGES = 1 << 22;

    private final Store.Reader reader;
    private final JournalOptions options;
    private final Quarantine quarantine;
    private final List<Damaged> damaged = new ArrayList<>();
    private GatewayClock.Reading time = GatewayClock.Reading.NONE;

    /** A chunk at the end of a lane that can't be believed: it is moved to the quarantine. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Damaged(LaneLog lane, byte[] key, byte[] bytes) {}

    private final List<LaneLog> lanes = new ArrayList<>();
    private final Map<String, RouteProgress> progress = new LinkedHashMap<>();

    private Recovery(Store.Reader reader, JournalOptions options, Quarantine quarantine) {
        this.reader = reader;
        this.options = options;
        this.quarantine = quarantine;
    }

    /**
     * Reads the store.
     *
     * @param quarantine gets what lies in quarantine, and what is to be put there
     * @throws StoreException if it was written by a newer Holdfast, or its own records can't be believed
     */
    static Recovery of(Store.Reader reader, JournalOptions options, Quarantine quarantine) {
        Recovery recovery = new Recovery(reader, options, quarantine);
        recovery.checkFormat();
        quarantine.restore(reader);
        recovery.readClock();
        recovery.readLanes();
        recovery.readProgress();
        return recovery;
    }

    /** The lanes, in the order of the options. */
    List<LaneLog> lanes() {
        return lanes;
    }

    /** What each route has still to deliver. */
    Map<String, RouteProgress> progress() {
        return progress;
    }

    /** The latest moment that the store knows of. */
    GatewayClock.Reading time() {
        return time;
    }

    /** Moves what can't be believed at the end of a lane out of the way; part of the first transaction. */
    void moveDamaged(Store.Writer tx) {
        for (Damaged chunk : damaged) {
            tx.delete(chunk.lane().table(), chunk.key());
            tx.put(
                    SideTable.QUARANTINE.table(),
                    Quarantine.key(chunk.lane(), Keys.sequence(chunk.key())),
                    chunk.bytes());
        }
    }

    private void checkFormat() {
        byte[] format = reader.get(Meta.TABLE, Meta.FORMAT);
        if (format != null && (format.length != 1 || format[0] != Meta.FORMAT_VERSION)) {
            throw new StoreException("the store has format version " + (format.length == 1 ? format[0] : -1)
                    + ", this Holdfast reads version " + Meta.FORMAT_VERSION + "; start the one that wrote it");
        }
    }

    private void readClock() {
        byte[] stored = reader.get(Meta.TABLE, Meta.CLOCK);
        if (stored != null) {
            try {
                time = Meta.decodeClock(stored);
            } catch (CorruptChunkException e) {
                LOG.error("the stored time can't be believed, the newest chunk's counts why=\"{}\"", e.getMessage());
            }
        }
    }

    private void readLanes() {
        int nextId = highestLaneId() + 1;
        for (String name : options.lanes()) {
            byte[] meta = reader.get(Meta.TABLE, Meta.lane(name));
            LaneLog lane = meta == null ? new LaneLog(name, nextId++) : decodeLane(name, meta);
            recover(lane);
            lanes.add(lane);
        }
    }

    private int highestLaneId() {
        int highest = 0;
        Store.Cursor cursor = reader.cursor(Meta.TABLE);
        byte[] prefix = Meta.lane("");
        for (boolean found = cursor.seek(prefix); found && Meta.isLane(cursor.key()); found = cursor.next()) {
            highest = Math.max(highest, decodeLane("", cursor.value()).id());
        }
        return highest;
    }

    private static LaneLog decodeLane(String name, byte[] meta) {
        try {
            return LaneLog.decode(name, meta);
        } catch (CorruptChunkException e) {
            throw new StoreException("the store's record of lane " + name + " can't be believed: " + e.getMessage(), e);
        }
    }

    private void recover(LaneLog lane) {
        Store.Cursor cursor = reader.cursor(lane.table());
        if (!cursor.next()) {
            lane.recover(null, 0);
            return;
        }
        long oldest = Keys.sequence(cursor.key());
        cursor.last();
        long last = Keys.sequence(cursor.key());
        ChunkReader newest = newestToBelieve(lane, cursor);
        lane.recover(newest, oldest);
        if (newest != null && newest.gatewayMillis() > time.gatewayMillis()) {
            time = new GatewayClock.Reading(newest.gatewayMillis(), newest.wallMillis(), newest.wallSynced());
        }
        if (newest == null || newest.firstSequence() != last) {
            lane.skipTo(last + MAX_CHUNK_MESSAGES);
        }
    }

    private @Nullable ChunkReader newestToBelieve(LaneLog lane, Store.Cursor cursor) {
        boolean found = true;
        while (found) {
            byte[] key = cursor.key();
            byte[] bytes = cursor.value();
            try {
                return ChunkReader.open(Keys.sequence(key), bytes, new TopicTable());
            } catch (CorruptChunkException e) {
                quarantine.add(lane, Keys.sequence(key), bytes.length, e);
                damaged.add(new Damaged(lane, key, bytes));
            }
            found = cursor.previous();
        }
        return null;
    }

    private void readProgress() {
        for (RouteInterest route : options.routes()) {
            byte[] stored = reader.get(Meta.TABLE, Meta.route(route.route()));
            RouteProgress known = stored == null ? RouteProgress.NONE : decode(route, stored);
            progress.put(route.route(), withAllLanes(known));
        }
    }

    /**
     * Progress counts only as long as the route wants what it wanted: below its cursor lie messages which it has settled,
     * and others which it did not want then and may want now. So a route that has changed begins anew.
     */
    private static RouteProgress decode(RouteInterest route, byte[] stored) {
        try {
            RouteProgress known = RouteProgress.decode(stored, route.fingerprint());
            if (known.lanes().isEmpty()) {
                LOG.info(
                        "route wants something else than before, begins anew with what is stored route={}",
                        route.route());
            }
            return known;
        } catch (CorruptChunkException e) {
            LOG.error(
                    "stored progress can't be believed, the route begins anew with what is stored route={} why=\"{}\"",
                    route.route(),
                    e.getMessage());
            return RouteProgress.NONE;
        }
    }

    /** A route that has not seen a lane yet has all of it to deliver. */
    private RouteProgress withAllLanes(RouteProgress known) {
        Map<String, LaneProgress> byName = new HashMap<>();
        known.lanes().forEach(lane -> byName.put(lane.lane(), lane));
        List<LaneProgress> all = new ArrayList<>();
        for (LaneLog lane : lanes) {
            LaneProgress stored = byName.remove(lane.name());
            all.add(
                    stored != null
                            ? stored
                            : LaneProgress.from(lane.name(), lane.state().tail()));
        }
        all.addAll(byName.values());
        return new RouteProgress(all, known.accepted(), known.deadLettered(), known.expired());
    }
}
