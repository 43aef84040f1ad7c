package dev.holdfast.gateway.journal;

import dev.holdfast.gateway.agent.Agent;
import dev.holdfast.gateway.agent.AgentRunner;
import dev.holdfast.gateway.agent.Signal;
import dev.holdfast.gateway.time.Clock;
import dev.holdfast.gateway.time.GatewayClock;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The journal over a {@link Store}: opens and recovers it, runs the committer, and reads.
 *
 * <p>Opening reads one chunk at each end of a lane, whatever is stored between; it does not scan.
 */
public final class StoreJournal implements Journal {

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

    /** Of the room in the store so much is kept for what is on its way into it. */
    private static final int OWN_PART = 16;

    /** Dead letters and quarantine take so much of the room in the store at most. */
    private static final int ASIDE_PART = 16;

    private final Store store;
    private final List<LaneLog> lanes;
    private final List<LaneOptions> laneOptions;
    private final Handover handover;
    private final ProgressBoard progress;
    private final GatewayClock clock;
    private final long epoch;
    private final Salvage.Result salvaged;
    private final CommitStats stats = new CommitStats();
    private final Quarantine quarantine = new Quarantine();
    private final JournalOptions options;
    private final GapLog gaps;
    private final SpaceGuard space;
    private final Admissions admissions;
    private final Committer committer;
    private final Signal signal;
    private @Nullable AgentRunner runner;

    private StoreJournal(Store store, JournalOptions options, Clock machineClock, long epoch) {
        this.store = store;
        this.options = options;
        this.epoch = epoch;
        boolean unused = store.read(reader -> {
            Recovery.checkFormat(reader);
            return true;
        });
        this.salvaged = Salvage.run(store);
        Recovery recovery = store.read(reader -> {
            Recovery found = Recovery.of(reader, options);
            quarantine.restore(reader);
            return found;
        });
        this.lanes = recovery.lanes();
        this.laneOptions = List.copyOf(recovery.laneOptions());
        this.clock = new GatewayClock(machineClock, recovery.time(), recovery.jumps());
        this.signal = new Signal();
        this.handover = new Handover(options.maxQueuedBytes(), lanes.size(), signal);
        this.progress = new ProgressBoard(recovery.progress(), signal);
        this.gaps = new GapLog(options.gapNotice() != null);
        this.space = new SpaceGuard(options.quotaBytes(), options.diskUnitBytes());
        int ownBytes = (int) Math.min(options.maxQueuedBytes(), space.room() / OWN_PART);
        Aside aside = new Aside(() -> space.room() / ASIDE_PART, gaps);
        this.admissions = new Admissions(lanes, recovery.laneOptions(), handover, space, aside, ownBytes);
        Housekeeping housekeeping = new Housekeeping(
                store,
                lanes,
                progress,
                quarantine,
                aside,
                gaps,
                admissions,
                space,
                machineClock,
                clock,
                options,
                recovery.laneOptions());
        this.committer =
                new Committer(store, handover, lanes, housekeeping, machineClock, clock, options, epoch, stats);
        begin(recovery, housekeeping, aside);
    }

    /** What must be durable before anything is accepted. */
    private void begin(Recovery recovery, Housekeeping housekeeping, Aside aside) {
        boolean unused = store.read(reader -> {
            gaps.restore(reader);
            aside.restore(reader);
            return true;
        });
        store.commit(tx -> {
            CommitContext context = new CommitContext(epoch, clock.read(), options.maxChunkBytes());
            housekeeping.writeFirst(recovery, salvaged.lost(), tx, context);
            for (RouteInterest route : options.routes()) { // from here on it misses what is removed undelivered
                RouteProgress known = progress.written(route.route());
                tx.put(Meta.TABLE, Meta.route(route.route()), known.encode(route.fingerprint()));
            }
            tx.put(Meta.TABLE, Meta.FORMAT, new byte[] {Meta.FORMAT_VERSION});
            tx.put(Meta.TABLE, Meta.EPOCH, Keys.ofSequence(epoch));
            tx.put(Meta.TABLE, Meta.CLOCK, Meta.encode(context.time(), clock.jumps()));
            for (LaneLog lane : lanes) {
                tx.put(Meta.TABLE, Meta.lane(lane.name()), lane.encode());
            }
        });
        gaps.committed();
        lanes.forEach(LaneLog::publish);
        store.recovered(salvaged.missed());
    }

    /**
     * Opens the journal in a store. A new epoch is durable when this returns. Nothing is committed until somebody calls
     * {@link #start}, or steps {@link #committer()} by hand.
     *
     * @param store an open store, which the journal closes
     * @throws StoreException if the store can't be read or written, or was written by a newer Holdfast
     */
    public static StoreJournal open(Store store, JournalOptions options, Clock clock) {
        try {
            return recover(store, options, clock);
        } catch (StoreFullException e) {
            store.reopen(); // which makes room for this
            return recover(store, options, clock);
        }
    }

    private static StoreJournal recover(Store store, JournalOptions options, Clock clock) {
        try {
            return new StoreJournal(store, options, clock, new SecureRandom().nextLong());
        } catch (CorruptChunkException e) {
            store.distrust(String.valueOf(e.getMessage()));
            throw new StoreException(
                    e.getMessage() + "; the next start sets the store aside and salvages what it can", e);
        }
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

    @Override
    public void append(Append append) {
        handover.add(append);
    }

    @Override
    public boolean hasRoom() {
        return handover.hasRoom();
    }

    @Override
    public Admission admission(int lane) {
        return admissions.of(lane);
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
    public List<LaneOptions> laneOptions() {
        return laneOptions;
    }

    @Override
    public boolean isFull(int lane) {
        return admissions.takesNothing(lane);
    }

    @Override
    public SpaceState spaceState() {
        return admissions.state();
    }

    @Override
    public long head(int lane) {
        return lanes.get(lane).state().head();
    }

    @Override
    public List<StoredChunk> read(int lane, long sequence, int maxBytes) {
        String table = lanes.get(lane).table();
        long head = head(lane); // before the snapshot, which may show what is not durable yet, or never will be
        return store.read(reader -> {
            if (stats.hasFailed()) { // asked within the snapshot, which may show what the failed commit has removed
                throw new StoreException("nothing is read any more, a commit has failed");
            }
            List<StoredChunk> chunks = new ArrayList<>();
            int bytes = 0;
            Store.Cursor cursor = reader.cursor(table);
            boolean found = seek(cursor, sequence);
            long before = -1;
            while (found && isWithin(cursor, head) && (chunks.isEmpty() || bytes < maxBytes)) {
                StoredChunk chunk = new StoredChunk(Keys.sequence(cursor.key()), cursor.value());
                Keys.checkPlace(chunk.key(), chunk.bytes());
                Keys.checkOrder(before, chunk.key());
                before = chunk.key();
                chunks.add(chunk);
                bytes += chunk.bytes().length;
                found = cursor.next();
            }
            return chunks;
        });
    }

    private static boolean isWithin(Store.Cursor cursor, long head) {
        return Keys.sequence(cursor.key()) <= head || Keys.ofChunk(cursor) <= head;
    }

    /**
     * Goes to the chunk that holds the message, or else to the first one behind it. The chunk before is passed over only
     * if its own bytes can be believed. A search that a wrong key has led astray ends beside that key, or where the chunk
     * before should have been found instead.
     */
    private static boolean seek(Store.Cursor cursor, long sequence) {
        boolean found = cursor.seek(Keys.ofSequence(sequence));
        if (found && Keys.sequence(cursor.key()) == sequence) {
            return true;
        }
        boolean hasBefore = found ? cursor.previous() : cursor.last();
        if (!hasBefore) {
            return found && cursor.seek(Keys.ofSequence(sequence));
        }
        long before = Keys.ofChunk(cursor);
        if (Long.compareUnsigned(before, sequence) > 0) {
            throw new CorruptChunkException("chunk " + before + " is passed over by a search for message " + sequence);
        }
        byte[] bytes = cursor.value();
        boolean endsBefore = ChunkReader.isWhole(before, bytes) && ChunkReader.lastSequence(bytes) < sequence;
        return !endsBefore || cursor.next();
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
    public boolean isProgressBehind(String route, long settled) {
        return progress.isBehind(route, settled)
                && options.commitEvery().isZero()
                && admissions.state() != SpaceState.DISK_FULL;
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
    public long passCorrupt(int lane, StoredChunk chunk, CorruptChunkException why, String route) {
        LaneLog log = lanes.get(lane);
        quarantine.found(log, chunk.key(), chunk.bytes().length, why, route);
        signal.signal();
        long head = log.state().head(); // before the snapshot, which has all of it
        return store.read(reader -> {
            Store.Cursor cursor = reader.cursor(log.table());
            boolean found = cursor.seek(Keys.ofSequence(chunk.key()));
            if (found && Keys.sequence(cursor.key()) == chunk.key()) {
                found = cursor.next();
            }
            if (!found) {
                return head + 1;
            }
            long next = Keys.ofChunk(cursor);
            Keys.checkOrder(chunk.key(), next);
            return next;
        });
    }

    @Override
    public List<Gap> gaps() {
        return gaps.all();
    }

    @Override
    public GapTotals gapTotals() {
        return gaps.totals();
    }

    @Override
    public long lostBefore(int lane, String route, long sequence) {
        return gaps.lostBefore(lanes.get(lane).name(), route, sequence);
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
        return stats.snapshot(handover.bytes(), store.space(), quarantine.size(), salvaged.messages());
    }

    /** What was durable before this start and could not be found any more. */
    public List<Lost> lost() {
        return salvaged.lost();
    }

    @Override
    public void close() {
        AgentRunner running = runner;
        if (running == null || running.close(CLOSE_TIMEOUT)) {
            store.close();
        }
    }
}
