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
    static final int MAX_CHUNK_MESSAGES = 1 << 22;

    private final Store.Reader reader;
    private final JournalOptions options;
    private final List<Damaged> damaged = new ArrayList<>();
    private GatewayClock.Reading time = GatewayClock.Reading.NONE;
    private List<GatewayClock.Jump> jumps = List.of();

    /** A chunk at the end of a lane that can't be believed: it is moved to the quarantine. */
    private record Damaged(LaneLog lane, boolean counted, Evictor.Damaged chunk) {}

    private final List<LaneLog> lanes = new ArrayList<>();
    private final List<LaneOptions> laneOptions = new ArrayList<>();
    private final Map<String, RouteProgress> progress = new LinkedHashMap<>();

    private Recovery(Store.Reader reader, JournalOptions options) {
        this.reader = reader;
        this.options = options;
    }

    /**
     * Reads the store.
     *
     * @throws StoreException if it was written by a newer Holdfast, or its own records can't be believed
     */
    static Recovery of(Store.Reader reader, JournalOptions options) {
        Recovery recovery = new Recovery(reader, options);
        checkFormat(reader);
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

    /** The jumps of gateway time that ages depend on. */
    List<GatewayClock.Jump> jumps() {
        return jumps;
    }

    /** The latest moment that the store knows of. */
    GatewayClock.Reading time() {
        return time;
    }

    /** The options of the lanes: those that are not configured any more have no limits. */
    List<LaneOptions> laneOptions() {
        return laneOptions;
    }

    /** Moves what can't be believed at the end of a lane out of the way; part of the first transaction. */
    void setDamagedAside(Evictor evictor, Store.Writer tx, CommitContext context) {
        for (Damaged found : damaged) {
            LaneLog lane = found.lane();
            if (found.counted()) {
                evictor.setAside(lane, found.chunk(), tx, context);
            } else {
                lane.removed(0, 0, found.chunk().length());
                evictor.setAsideUncounted(lane, found.chunk(), tx, context);
            }
        }
    }

    /** How many chunks that would move. */
    int damagedChunks() {
        return damaged.size();
    }

    /** All lanes that the store has records of, configured or not. */
    static Map<String, LaneLog> storedLanes(Store.Reader reader) {
        Map<String, LaneLog> stored = new LinkedHashMap<>();
        Store.Cursor cursor = reader.cursor(Meta.TABLE);
        for (boolean found = cursor.seek(Meta.lane("")); found && Meta.isLane(cursor.key()); found = cursor.next()) {
            String name = Meta.laneName(cursor.key());
            stored.put(name, decodeLane(name, cursor.value()));
        }
        return stored;
    }

    /**
     * Looks whether this Holdfast can read the store.
     *
     * @throws StoreException if a newer one wrote it
     */
    static void checkFormat(Store.Reader reader) {
        byte[] format = reader.get(Meta.TABLE, Meta.FORMAT);
        if (format != null && (format.length != 1 || format[0] < Meta.FORMAT_VERSION)) {
            throw new CorruptChunkException(
                    "the store's format version has " + format.length + " bytes, or makes no sense");
        }
        if (format != null && format[0] != Meta.FORMAT_VERSION) {
            throw new StoreException("the store has format version " + format[0] + ", this Holdfast reads version "
                    + Meta.FORMAT_VERSION + "; start the one that wrote it");
        }
    }

    private void readClock() {
        byte[] stored = reader.get(Meta.TABLE, Meta.CLOCK);
        if (stored != null) {
            try {
                time = Meta.decodeClock(stored);
                jumps = Meta.decodeJumps(stored);
            } catch (CorruptChunkException e) {
                LOG.error("the stored time can't be believed, the newest chunk's counts why=\"{}\"", e.getMessage());
            }
        }
    }

    private void readLanes() {
        Map<String, LaneLog> stored = storedLanes(reader);
        int nextId = stored.values().stream().mapToInt(LaneLog::id).max().orElse(0) + 1;
        for (LaneOptions lane : options.lanes()) {
            LaneLog known = stored.remove(lane.name());
            addLane(known != null ? known : new LaneLog(lane.name(), nextId++), lane);
        }
        for (LaneLog former : stored.values()) {
            Store.Cursor cursor = reader.cursor(former.table());
            if (cursor.next()) {
                LOG.info("lane is not configured any more, what it holds is delivered last lane={}", former.name());
                addLane(former, LaneOptions.unlimited(former.name()));
            }
        }
    }

    private void addLane(LaneLog lane, LaneOptions lanesOptions) {
        recover(lane);
        lanes.add(lane);
        laneOptions.add(lanesOptions);
    }

    private static LaneLog decodeLane(String name, byte[] meta) {
        try {
            return LaneLog.decode(name, meta);
        } catch (CorruptChunkException e) {
            throw new CorruptChunkException("the record of lane " + name + " can't be believed: " + e.getMessage());
        }
    }

    private void recover(LaneLog lane) {
        Store.Cursor cursor = reader.cursor(lane.table());
        if (!cursor.next()) {
            lane.recover(null, 0);
            return;
        }
        long oldest = Keys.ofChunk(cursor);
        countNewer(lane, reader);
        cursor.last();
        long last = Keys.ofChunk(cursor); // what is newer than the record, skipTo will count as removed
        ChunkReader newest = newestToBelieve(lane, cursor);
        lane.recover(newest, oldest);
        if (newest != null && newest.gatewayMillis() > time.gatewayMillis()) {
            time = new GatewayClock.Reading(newest.gatewayMillis(), newest.wallMillis(), newest.wallSynced());
        }
        if (newest == null || newest.firstSequence() != last) {
            lane.skipTo(last + MAX_CHUNK_MESSAGES);
        }
    }

    /** Counts the chunks that are newer than the lane's record: what was stored in its last second. */
    static void countNewer(LaneLog lane, Store.Reader reader) {
        Store.Cursor cursor = reader.cursor(lane.table());
        boolean found = cursor.seek(Keys.ofSequence(lane.lastSequence() + 1));
        while (found) {
            lane.added(cursor.valueLength());
            found = cursor.next();
        }
    }

    /** Has a lane forget what was staged, and go on from what is in the store. */
    static void reload(LaneLog lane, Store.Reader reader) {
        byte[] record = reader.get(Meta.TABLE, Meta.lane(lane.name()));
        if (record == null) {
            throw new StoreException("the store's record of lane " + lane.name() + " is gone");
        }
        lane.restore(record);
        countNewer(lane, reader);
        Store.Cursor cursor = reader.cursor(lane.table());
        if (!cursor.next()) {
            lane.recover(null, 0);
            return;
        }
        long oldest = Keys.ofChunk(cursor);
        cursor.last();
        try {
            lane.recover(ChunkReader.open(Keys.sequence(cursor.key()), cursor.value(), new TopicTable()), oldest);
        } catch (CorruptChunkException e) {
            throw new StoreException("the newest chunk of lane " + lane.name() + " can't be believed", e);
        }
    }

    /** The newest chunk of the lane that can be believed; those behind it are to be moved. */
    private @Nullable ChunkReader newestToBelieve(LaneLog lane, Store.Cursor cursor) {
        boolean found = true;
        long end = 0; // not known for the newest
        while (found) {
            long first = Keys.ofChunk(cursor);
            if (end > 0) {
                Keys.checkOrder(first, end);
            }
            byte[] key = cursor.key();
            byte[] bytes = cursor.value();
            try {
                return ChunkReader.open(first, bytes, new TopicTable());
            } catch (CorruptChunkException e) {
                if (end == 0) {
                    end = first
                            + Claim.ofNewest(bytes, first, lane.lastSequence()).messages();
                }
                damaged.add(new Damaged(lane, first <= lane.lastSequence(), new Evictor.Damaged(key, end, bytes, e)));
            }
            end = first;
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
