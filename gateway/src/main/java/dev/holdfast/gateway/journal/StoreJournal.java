package dev.holdfast.gateway.journal;

import dev.holdfast.gateway.agent.Agent;
import dev.holdfast.gateway.agent.AgentRunner;
import dev.holdfast.gateway.agent.Signal;
import dev.holdfast.gateway.time.Clock;
import dev.holdfast.gateway.time.GatewayClock;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal over a {@link Store}: opens and recovers it, runs the committer, and reads.
 *
 * <p>Opening reads one chunk at each end of a lane, whatever is stored between; it does not scan.
 */
public final class StoreJournal implements Journal {

    private static final Logger LOG = LoggerFactory.getLogger(StoreJournal.class);

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

    private final Store store;
    private final List<LaneLog> lanes;
    private final Handover handover;
    private final ProgressBoard progress;
    private final GatewayClock clock;
    private final long epoch;
    private final CommitStats stats = new CommitStats();
    private final Committer committer;
    private final Signal signal;
    private @Nullable AgentRunner runner;

    private StoreJournal(Store store, JournalOptions options, Clock machineClock, long epoch) {
        this.store = store;
        this.epoch = epoch;
        Recovered recovered = store.read(reader -> Recovered.read(reader, options));
        this.lanes = recovered.lanes();
        this.clock = new GatewayClock(machineClock, recovered.time());
        this.signal = new Signal();
        this.handover = new Handover(options.maxQueuedBytes(), signal);
        this.progress = new ProgressBoard(recovered.progress(), signal);
        this.committer = new Committer(store, handover, progress, lanes, machineClock, clock, options, epoch, stats);
        store.commit(tx -> {
            tx.put(Meta.TABLE, Meta.FORMAT, new byte[] {Meta.FORMAT_VERSION});
            tx.put(Meta.TABLE, Meta.EPOCH, Keys.ofSequence(epoch));
            tx.put(Meta.TABLE, Meta.CLOCK, Meta.encode(clock.read()));
            for (LaneLog lane : lanes) {
                tx.put(Meta.TABLE, Meta.lane(lane.name()), lane.encode());
            }
        });
    }

    /**
     * Opens the journal in a store. A new epoch is durable when this returns. Nothing is committed until somebody calls
     * {@link #start}, or steps {@link #committer()} by hand.
     *
     * @param store an open store, which the journal closes
     * @throws StoreException if the store can't be read or written, or was written by a newer Holdfast
     */
    public static StoreJournal open(Store store, JournalOptions options, Clock clock) {
        return new StoreJournal(store, options, clock, new SecureRandom().nextLong());
    }

    /**
     * Gives the committer its thread.
     *
     * @param onFailure told once, by the committer, when a commit fails; nothing is acknowledged any more then
     */
    public void start(Consumer<Throwable> onFailure) {
        runner = AgentRunner.start(committer, signal, failure -> {
            stats.failed();
            onFailure.accept(failure);
        });
    }

    /** The agent that commits, for tests and simulations that step it by hand. */
    public Agent committer() {
        return committer;
    }

    /** What the store knew when it was opened. */
    private record Recovered(List<LaneLog> lanes, Map<String, RouteProgress> progress, GatewayClock.Reading time) {

        static Recovered read(Store.Reader reader, JournalOptions options) {
            checkFormat(reader);
            GatewayClock.Reading time = GatewayClock.Reading.NONE;
            byte[] storedTime = reader.get(Meta.TABLE, Meta.CLOCK);
            if (storedTime != null) {
                time = Meta.decodeClock(storedTime);
            }
            List<LaneLog> lanes = new ArrayList<>();
            int nextId = highestLaneId(reader) + 1;
            for (String name : options.lanes()) {
                byte[] meta = reader.get(Meta.TABLE, Meta.lane(name));
                LaneLog lane = meta == null ? new LaneLog(name, nextId++) : LaneLog.decode(name, meta);
                ChunkReader newest = recover(lane, reader.cursor(lane.table()));
                if (newest != null && newest.gatewayMillis() > time.gatewayMillis()) {
                    time = new GatewayClock.Reading(newest.gatewayMillis(), newest.wallMillis(), newest.wallSynced());
                }
                lanes.add(lane);
            }
            return new Recovered(lanes, readProgress(reader, options, lanes), time);
        }

        private static void checkFormat(Store.Reader reader) {
            byte[] format = reader.get(Meta.TABLE, Meta.FORMAT);
            if (format != null && (format.length != 1 || format[0] != Meta.FORMAT_VERSION)) {
                throw new StoreException("the store has format version " + (format.length == 1 ? format[0] : -1)
                        + ", this Holdfast reads version " + Meta.FORMAT_VERSION + "; start the one that wrote it");
            }
        }

        private static int highestLaneId(Store.Reader reader) {
            int highest = 0;
            Store.Cursor cursor = reader.cursor(Meta.TABLE);
            byte[] prefix = Meta.lane("");
            for (boolean found = cursor.seek(prefix); found && Meta.isLane(cursor.key()); found = cursor.next()) {
                highest = Math.max(highest, LaneLog.decode("", cursor.value()).id());
            }
            return highest;
        }

        private static @Nullable ChunkReader recover(LaneLog lane, Store.Cursor cursor) {
            if (!cursor.next()) {
                lane.recover(null, 0);
                return null;
            }
            long oldest = Keys.sequence(cursor.key());
            cursor.last();
            ChunkReader newest;
            try {
                newest = ChunkReader.open(Keys.sequence(cursor.key()), cursor.value(), new TopicTable());
            } catch (CorruptChunkException e) {
                throw new StoreException(
                        "the newest chunk of lane " + lane.name() + " can't be believed: " + e.getMessage(), e);
            }
            lane.recover(newest, oldest);
            return newest;
        }

        private static Map<String, RouteProgress> readProgress(
                Store.Reader reader, JournalOptions options, List<LaneLog> lanes) {
            Map<String, RouteProgress> progress = new LinkedHashMap<>();
            for (RouteInterest route : options.routes()) {
                byte[] stored = reader.get(Meta.TABLE, Meta.route(route.route()));
                RouteProgress known =
                        stored == null ? new RouteProgress(List.of(), 0, 0, 0) : RouteProgress.decode(stored);
                progress.put(route.route(), withAllLanes(known, lanes));
            }
            return progress;
        }

        /** A route that has not seen a lane yet has all of it to deliver. */
        private static RouteProgress withAllLanes(RouteProgress known, List<LaneLog> lanes) {
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

    @Override
    public void append(Append append) {
        handover.add(append);
    }

    @Override
    public boolean hasRoom() {
        return handover.hasRoom();
    }

    @Override
    public void onRoom(Runnable listener) {
        handover.onRoom(listener);
    }

    @Override
    public void onCommit(Runnable listener) {
        committer.onCommit(listener);
    }

    @Override
    public List<LaneState> lanes() {
        return lanes.stream().map(LaneLog::state).toList();
    }

    @Override
    public long head(int lane) {
        return lanes.get(lane).state().head();
    }

    @Override
    public List<StoredChunk> read(int lane, long sequence, int maxBytes) {
        String table = lanes.get(lane).table();
        return store.read(reader -> {
            List<StoredChunk> chunks = new ArrayList<>();
            int bytes = 0;
            Store.Cursor cursor = reader.cursor(table);
            boolean found = seek(reader, cursor, table, sequence);
            while (found && (chunks.isEmpty() || bytes < maxBytes)) {
                StoredChunk chunk = new StoredChunk(Keys.sequence(cursor.key()), cursor.value());
                chunks.add(chunk);
                bytes += chunk.bytes().length;
                found = cursor.next();
            }
            return chunks;
        });
    }

    /**
     * Goes to the chunk that holds the message, or else to the first one behind it. The chunk before is passed over only
     * if its own bytes can be believed.
     */
    private static boolean seek(Store.Reader reader, Store.Cursor cursor, String table, long sequence) {
        boolean found = cursor.seek(Keys.ofSequence(sequence));
        if (found && Keys.sequence(cursor.key()) == sequence) {
            return true;
        }
        Store.Cursor before = reader.cursor(table);
        boolean hasBefore = found ? before.seek(cursor.key()) && before.previous() : before.last();
        if (hasBefore && !endsBefore(before, sequence)) {
            return cursor.seek(before.key());
        }
        return found;
    }

    private static boolean endsBefore(Store.Cursor cursor, long sequence) {
        byte[] bytes = cursor.value();
        try {
            ChunkReader.verify(Keys.sequence(cursor.key()), bytes);
        } catch (CorruptChunkException e) {
            return false;
        }
        return ChunkReader.lastSequence(bytes) < sequence;
    }

    @Override
    public RouteProgress progress(String route) {
        return progress.written(route);
    }

    @Override
    public void saveProgress(String route, RouteProgress latest) {
        progress.post(route, latest);
    }

    @Override
    public void scan(SideTable table, BiConsumer<byte[], byte[]> visitor) {
        store.read(reader -> {
            Store.Cursor cursor = reader.cursor(table.table());
            while (cursor.next()) {
                visitor.accept(cursor.key(), cursor.value());
            }
            return true;
        });
    }

    @Override
    public long passCorrupt(int lane, StoredChunk chunk, CorruptChunkException why) {
        stats.corrupt();
        LOG.error(
                "chunk can't be believed, quarantined lane={} sequence={} bytes={} why=\"{}\"",
                lanes.get(lane).name(),
                chunk.key(),
                chunk.bytes().length,
                why.getMessage());
        byte[] key = new ByteWriter(16)
                .writeLong(lanes.get(lane).id())
                .writeLong(chunk.key())
                .toByteArray();
        append(new Append(List.of(), List.of(new Mutation(SideTable.QUARANTINE, key, chunk.bytes())), () -> {}));
        LaneLog log = lanes.get(lane);
        return store.read(reader -> {
            Store.Cursor cursor = reader.cursor(log.table());
            boolean found = cursor.seek(Keys.ofSequence(chunk.key() + 1));
            return found ? Keys.sequence(cursor.key()) : log.state().head() + 1;
        });
    }

    @Override
    public GatewayClock clock() {
        return clock;
    }

    @Override
    public long gatewayMillis() {
        return clock.millis();
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public JournalStats stats() {
        return stats.snapshot(handover.bytes(), store.diskBytes());
    }

    @Override
    public void close() {
        AgentRunner running = runner;
        if (running == null || running.close(CLOSE_TIMEOUT)) {
            store.close();
        }
    }
}
