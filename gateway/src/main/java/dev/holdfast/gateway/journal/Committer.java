package dev.holdfast.gateway.journal;

import dev.holdfast.gateway.agent.Agent;
import dev.holdfast.gateway.time.Clock;
import dev.holdfast.gateway.time.GatewayClock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer. Each step takes all that waits, writes it in one transaction over all lanes, which costs one fsync,
 * and then runs the callbacks of those who wait for it. It does not linger, unless it is told to by {@code commitEvery}:
 * a batch is what gathered during the fsync before.
 *
 * <p>{@link Housekeeping} rides on the same transactions, when it is due; with idle input it gets one of its own.
 *
 * <p><b>Full disk.</b> A commit that finds no space is kept, with its callbacks, and tried again until there is space;
 * meanwhile nothing new is taken. The store is opened anew for each try, which gives up the space held in reserve, and so
 * there is room for what removes messages.
 *
 * <p><b>Failure.</b> A commit that fails in another way leaves this agent by its exception. It must not be stepped again.
 */
final class Committer implements Agent {

    private static final Logger LOG = LoggerFactory.getLogger(Committer.class);

    /** Between two looks at a store that nothing is written to: a disk that is none any more is noticed within a second. */
    private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

    private static final long FULL_RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Store store;
    private final Handover handover;
    private final List<LaneLog> lanes;
    private final Housekeeping housekeeping;
    private final Clock clock;
    private final GatewayClock gatewayClock;
    private final JournalOptions options;
    private final long epoch;
    private final CommitStats stats;
    private final List<Runnable> commitListeners = new CopyOnWriteArrayList<>();

    private long commitNotBeforeNanos;
    private long checkedNanos;

    // of the transaction that was staged last: newest sequence by lane, before it and with it
    private final long[] lastBefore;
    private final long[] lastStaged;
    private final long[] addedBytes;
    private boolean keptHouse;
    private boolean staged;

    // while the disk is full
    private @Nullable List<Append> refused;
    private long retryNanos;

    Committer(
            Store store,
            Handover handover,
            List<LaneLog> lanes,
            Housekeeping housekeeping,
            Clock clock,
            GatewayClock gatewayClock,
            JournalOptions options,
            long epoch,
            CommitStats stats) {
        this.store = store;
        this.handover = handover;
        this.lanes = lanes;
        this.housekeeping = housekeeping;
        this.clock = clock;
        this.gatewayClock = gatewayClock;
        this.options = options;
        this.epoch = epoch;
        this.stats = stats;
        this.commitNotBeforeNanos = clock.nanoTime();
        this.checkedNanos = commitNotBeforeNanos - IDLE_NANOS;
        this.lastBefore = new long[lanes.size()];
        this.lastStaged = new long[lanes.size()];
        this.addedBytes = new long[lanes.size()];
    }

    void onCommit(Runnable listener) {
        commitListeners.add(listener);
    }

    @Override
    public long doWork() {
        long now = clock.nanoTime();
        if (refused != null) {
            return tryAgain(refused, now);
        }
        long linger = commitNotBeforeNanos - now;
        if (linger > 0 && handover.hasRoom()) {
            return linger;
        }
        long dueNanos = housekeeping.nanosUntilDue(now);
        List<Append> batch = handover.take(options.maxTransactionBytes());
        if (batch.isEmpty() && dueNanos > 0) {
            check(now);
            return Math.min(dueNanos, IDLE_NANOS);
        }
        commitOrKeep(batch, dueNanos <= 0);
        return 0;
    }

    private void commitOrKeep(List<Append> batch, boolean housekeepingDue) {
        if (!commit(batch, housekeepingDue)) {
            keep(batch);
        }
    }

    /** Commits; false when there is no space, and nothing of it is on disk. */
    private boolean commit(List<Append> batch, boolean housekeepingDue) {
        long start = clock.nanoTime();
        commitNotBeforeNanos = start + options.commitEvery().toNanos();
        staged = false;
        try {
            store.commit(tx -> stage(batch, housekeepingDue, tx));
        } catch (StoreFullException e) {
            if (!isThereAfter(e)) {
                return false;
            }
        } catch (Throwable e) { // what it removed may be gone for readers, and be there again at the next start
            stats.failed();
            throw e;
        }
        stats.committed(clock.nanoTime() - start, batch);
        durable(batch);
        return true;
    }

    private void stage(List<Append> batch, boolean housekeepingDue, Store.Writer tx) {
        CommitContext context = new CommitContext(epoch, gatewayClock.read(), options.maxChunkBytes());
        for (int i = 0; i < lastBefore.length; i++) {
            lastBefore[i] = lanes.get(i).lastSequence();
            addedBytes[i] = -lanes.get(i).storedBytes();
        }
        for (Append append : batch) {
            stage(append, tx, context);
        }
        for (int i = 0; i < addedBytes.length; i++) {
            lanes.get(i).flush(tx);
            addedBytes[i] += lanes.get(i).storedBytes();
        }
        keptHouse = housekeepingDue || housekeeping.isNeeded();
        if (keptHouse) {
            housekeeping.write(addedBytes, tx, context);
        }
        for (int i = 0; i < lastStaged.length; i++) {
            lastStaged[i] = lanes.get(i).lastSequence();
        }
        staged = true;
    }

    private void stage(Append append, Store.Writer tx, CommitContext context) {
        for (Fragment fragment : append.fragments()) {
            lanes.get(fragment.lane()).append(fragment, tx, context);
        }
        for (Mutation mutation : append.mutations()) {
            housekeeping.change(mutation, tx, context);
        }
        for (Unstored message : append.unstored()) {
            housekeeping.miss(message, context);
        }
    }

    /** Everything of the batch is on disk. */
    private void durable(List<Append> batch) {
        for (LaneLog lane : lanes) {
            lane.publish();
        }
        store.witness(Witness.encode(lanes));
        handover.release(batch);
        housekeeping.committed(keptHouse);
        for (Append append : batch) {
            append.onDurable().run();
        }
        if (!batch.isEmpty() || keptHouse) {
            commitListeners.forEach(Runnable::run);
        }
    }

    // --- a full disk --------------------------------------------------------------------------------------------

    /** Keeps a batch for which there is no space. */
    private void keep(List<Append> batch) {
        refused = batch;
        retryNanos = clock.nanoTime();
        housekeeping.diskIsFull(true);
    }

    private long tryAgain(List<Append> batch, long now) {
        if (now < retryNanos) {
            return retryNanos - now;
        }
        boolean done = commit(List.of(), true) && (batch.isEmpty() || commit(batch, false)); // removals make room
        if (done) {
            LOG.info("there is space on the disk again, what waited for it is stored");
            refused = null;
            housekeeping.diskIsFull(false);
            return 0;
        }
        retryNanos = now + FULL_RETRY_NANOS;
        return FULL_RETRY_NANOS;
    }

    /** Looks for what the engine has failed to do by itself, once in a while. */
    private void check(long now) {
        if (now - checkedNanos < IDLE_NANOS) {
            return;
        }
        checkedNanos = now;
        try {
            store.check();
        } catch (StoreFullException e) {
            openAgain(e);
            keep(List.of());
        }
    }

    /** Opens the store anew, and says whether what was staged is on disk all the same. */
    private boolean isThereAfter(StoreFullException why) {
        openAgain(why);
        if (!staged) { // there was no space before anything of it was written
            return false;
        }
        for (int i = 0; i < lastStaged.length; i++) {
            if (lastStaged[i] > lastBefore[i]) {
                return lanes.get(i).lastSequence() >= lastStaged[i];
            }
        }
        return false; // what changes no lane can be done twice
    }

    private void openAgain(StoreFullException why) {
        if (refused == null) {
            LOG.error("the disk is full, nothing is taken until there is space why=\"{}\"", why.getMessage());
        }
        store.reopen();
        boolean unused = store.read(reader -> {
            lanes.forEach(lane -> Recovery.reload(lane, reader));
            housekeeping.reload(reader);
            return true;
        });
    }

    // --- the end ------------------------------------------------------------------------------------------------

    /** Commits what is left, with the last progress. */
    @Override
    public void onClose() {
        List<Append> kept = refused;
        List<Append> batch = kept != null && !kept.isEmpty() ? kept : handover.take(options.maxTransactionBytes());
        while (!batch.isEmpty()) {
            if (!commit(batch, false)) {
                LOG.warn("the disk is full, what waited for space was not acknowledged appends={}", batch.size());
                return;
            }
            batch = handover.take(options.maxTransactionBytes());
        }
        boolean unused = commit(List.of(), true);
    }

    @Override
    public String roleName() {
        return "committer";
    }
}
