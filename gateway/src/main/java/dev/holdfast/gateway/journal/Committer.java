package dev.holdfast.gateway.journal;

import dev.holdfast.gateway.agent.Agent;
import dev.holdfast.gateway.time.Clock;
import dev.holdfast.gateway.time.GatewayClock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The one writer. Each step takes all that waits, writes it in one transaction over all lanes, which costs one fsync,
 * and then runs the callbacks of those who wait for it. It never lingers: a batch is what gathered during the fsync
 * before.
 *
 * <p>Progress of the routes and trimming ride on the same transactions, when they are due; with idle input they get one
 * of their own.
 *
 * <p>A commit that fails leaves this agent by its exception. It must not be stepped again.
 */
final class Committer implements Agent {

    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Gateway time is written so often at least: a crash sets it back by no more. */
    private static final long CLOCK_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Store store;
    private final Handover handover;
    private final ProgressBoard progress;
    private final List<LaneLog> lanes;
    private final Trimmer trimmer;
    private final Clock clock;
    private final GatewayClock gatewayClock;
    private final JournalOptions options;
    private final long epoch;
    private final Map<String, Long> fingerprints;
    private final CommitStats stats;
    private final List<Runnable> commitListeners = new CopyOnWriteArrayList<>();

    private boolean trimAgain;
    private long clockDueNanos;

    Committer(
            Store store,
            Handover handover,
            ProgressBoard progress,
            List<LaneLog> lanes,
            Quarantine quarantine,
            Clock clock,
            GatewayClock gatewayClock,
            JournalOptions options,
            long epoch,
            CommitStats stats) {
        this.store = store;
        this.handover = handover;
        this.progress = progress;
        this.lanes = lanes;
        this.trimmer = new Trimmer(options.routes(), quarantine);
        this.fingerprints = options.routes().stream()
                .collect(Collectors.toUnmodifiableMap(RouteInterest::route, RouteInterest::fingerprint));
        this.clock = clock;
        this.clockDueNanos = clock.nanoTime() + CLOCK_NANOS;
        this.gatewayClock = gatewayClock;
        this.options = options;
        this.epoch = epoch;
        this.stats = stats;
    }

    void onCommit(Runnable listener) {
        commitListeners.add(listener);
    }

    @Override
    public long doWork() {
        List<Append> batch = handover.take(options.maxTransactionBytes());
        long now = clock.nanoTime();
        long dueNanos = trimAgain ? 0 : Math.min(progress.nanosUntilDue(now), clockDueNanos - now);
        if (batch.isEmpty() && dueNanos > 0) {
            store.check();
            return Math.min(dueNanos, IDLE_NANOS);
        }
        commit(batch, dueNanos <= 0);
        return 0;
    }

    private void commit(List<Append> batch, boolean withProgress) {
        long start = clock.nanoTime();
        store.commit(tx -> {
            CommitContext context = new CommitContext(epoch, gatewayClock.read(), options.maxChunkBytes());
            for (Append append : batch) {
                stage(append, tx, context);
            }
            for (LaneLog lane : lanes) {
                lane.flush(tx);
            }
            if (withProgress) {
                writeProgress(tx, context);
            }
        });
        if (withProgress) {
            progress.written();
            clockDueNanos = clock.nanoTime() + CLOCK_NANOS;
        }
        for (LaneLog lane : lanes) {
            lane.publish();
        }
        handover.release();
        stats.committed(clock.nanoTime() - start, batch);
        for (Append append : batch) {
            append.onDurable().run();
        }
        if (!batch.isEmpty()) {
            commitListeners.forEach(Runnable::run);
        }
    }

    private void stage(Append append, Store.Writer tx, CommitContext context) {
        for (Fragment fragment : append.fragments()) {
            lanes.get(fragment.lane()).append(fragment, tx, context);
        }
        for (Mutation mutation : append.mutations()) {
            byte[] value = mutation.value();
            if (value == null) {
                tx.delete(mutation.table().table(), mutation.key());
            } else {
                tx.put(mutation.table().table(), mutation.key(), value);
            }
        }
    }

    private void writeProgress(Store.Writer tx, CommitContext context) {
        for (Map.Entry<String, RouteProgress> changed : progress.take().entrySet()) {
            long fingerprint = fingerprints.getOrDefault(changed.getKey(), 0L);
            tx.put(Meta.TABLE, Meta.route(changed.getKey()), changed.getValue().encode(fingerprint));
        }
        trimAgain = false;
        for (LaneLog lane : lanes) {
            trimAgain |= trimmer.trim(lane, progress.floor(lane.name()), tx);
            tx.put(Meta.TABLE, Meta.lane(lane.name()), lane.encode());
        }
        tx.put(Meta.TABLE, Meta.CLOCK, Meta.encode(context.time()));
    }

    /** Commits what is left, with the last progress. */
    @Override
    public void onClose() {
        List<Append> batch = handover.take(options.maxTransactionBytes());
        while (!batch.isEmpty()) {
            commit(batch, false);
            batch = handover.take(options.maxTransactionBytes());
        }
        commit(List.of(), true);
    }

    @Override
    public String roleName() {
        return "committer";
    }
}
