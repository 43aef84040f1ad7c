package dev.holdfast.gateway.journal;

import dev.holdfast.gateway.agent.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Accounts for what a repair finds to be lost or takes away, as a running gateway would: in the transaction that moves it,
 * with the routes that the store knows and what is still pending for them. The lanes' counters follow.
 */
final class Repair {

    private final Store store;
    private final List<LaneLog> lanes;
    private final Evictor evictor;
    private final GapLog gaps = new GapLog(false);
    private final CommitContext context;
    private final Recovery recovery;

    private Repair(Store store, Recovery recovery, List<RouteInterest> routes, long epoch) {
        this.store = store;
        this.recovery = recovery;
        this.lanes = recovery.lanes();
        ProgressBoard progress = new ProgressBoard(recovery.progress(), new Signal());
        this.evictor = new Evictor(routes, progress, gaps, new Quarantine(), new Aside(() -> Long.MAX_VALUE, gaps));
        this.context = new CommitContext(epoch, recovery.time(), 0);
    }

    /** A route as the store knows it: what it wants is not written there, so it may have wanted everything. */
    private record StoredRoute(String route, long fingerprint) implements RouteInterest {

        @Override
        public boolean wantsEverything() {
            return true;
        }

        @Override
        public boolean wants(Topic topic, Origin origin) {
            return true;
        }
    }

    /** Looks at the store; changes nothing yet. */
    static Repair of(Store store) {
        return store.read(reader -> {
            List<RouteInterest> routes = new ArrayList<>();
            Store.Cursor cursor = reader.cursor(Meta.TABLE);
            for (boolean found = cursor.seek(Meta.route(""));
                    found && Meta.isRoute(cursor.key());
                    found = cursor.next()) {
                routes.add(new StoredRoute(Meta.routeName(cursor.key()), RouteProgress.fingerprint(cursor.value())));
            }
            List<LaneOptions> lanes = new ArrayList<>();
            Recovery.storedLanes(reader).keySet().forEach(name -> lanes.add(LaneOptions.unlimited(name)));
            if (lanes.isEmpty()) { // nothing was ever stored
                lanes.add(LaneOptions.unlimited(JournalOptions.DEFAULT_LANE));
            }
            Recovery recovery =
                    Recovery.of(reader, JournalOptions.defaults(routes).withLanes(lanes));
            byte[] epoch = reader.get(Meta.TABLE, Meta.EPOCH);
            Repair repair = new Repair(store, recovery, routes, epoch == null ? 0 : Keys.sequence(epoch));
            repair.gaps.restore(reader);
            return repair;
        });
    }

    /** All lanes that the store has records of. */
    List<LaneLog> lanes() {
        return lanes;
    }

    /**
     * Accounts for what was lost, and moves what can't be believed at the end of each lane.
     *
     * @return how many chunks were moved
     */
    int begin(List<Lost> lost) {
        commit(tx -> {
            recovery.setDamagedAside(evictor, tx, context);
            evictor.lost(lost, lanes, tx, context);
        });
        return recovery.damagedChunks();
    }

    /** Moves a chunk that can't be believed into the quarantine; what it held, up to the next one, is a gap. */
    void setAside(LaneLog lane, StoredChunk chunk, CorruptChunkException why) {
        commit(tx -> {
            byte[] key = Keys.ofSequence(chunk.key());
            Store.Cursor next = tx.cursor(lane.table());
            boolean hasNext = next.seek(key) && next.next();
            long end = hasNext ? Keys.ofChunk(next) : lane.lastSequence() + 1;
            evictor.setAside(lane, new Evictor.Damaged(key, end, chunk.bytes(), why), tx, context);
        });
    }

    /** Says how much a lane holds, which was counted. */
    void counted(LaneLog lane, long messages, long bytes, long totalBytes) {
        LaneState known = lane.state();
        lane.counted(known.head(), Math.max(known.totalBytes(), totalBytes), messages, bytes);
        commit(tx -> {});
    }

    private void commit(Consumer<Store.Writer> work) {
        store.commit(tx -> {
            work.accept(tx);
            gaps.write(tx);
            lanes.forEach(lane -> tx.put(Meta.TABLE, Meta.lane(lane.name()), lane.encode()));
        });
        gaps.committed();
        lanes.forEach(LaneLog::publish);
    }
}
