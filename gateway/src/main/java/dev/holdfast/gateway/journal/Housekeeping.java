package dev.holdfast.gateway.journal;

import dev.holdfast.gateway.time.Clock;
import dev.holdfast.gateway.time.GatewayClock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * What rides on the committer's transactions beside messages: the routes' progress, what keeps the lanes within their
 * limits and the store within its quota, gaps, gateway time. Belongs to the committer.
 */
final class Housekeeping {

    /** Between two looks at the disk and at what grows old. */
    private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** The same while somebody waits for room. */
    private static final long WAITING_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** Gateway time is written so often at least: a crash sets it back by no more. */
    private static final long CLOCK_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** The lanes' records are so much older than their chunks at most: recovery goes over what is newer. */
    private static final long LANES_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Store store;
    private final ProgressBoard progress;
    private final List<LaneLog> lanes;
    private final Retention retention;
    private final Evictor evictor;
    private final Quarantine quarantine;
    private final Aside aside;
    private final GapLog gaps;
    private final GapTeller teller;
    private final Admissions admissions;
    private final SpaceGuard space;
    private final Clock clock;
    private final GatewayClock gatewayClock;
    private final Map<String, Long> fingerprints;

    private boolean again;
    private boolean lanesChanged;
    private long clockDueNanos;
    private long lanesDueNanos;
    private long tickedNanos;
    private List<Quarantine.Found> stagedFound = List.of();
    private List<GatewayClock.Jump> stagedJumps;
    private List<GatewayClock.Jump> writtenJumps;

    Housekeeping(
            Store store,
            List<LaneLog> lanes,
            ProgressBoard progress,
            Quarantine quarantine,
            Aside aside,
            GapLog gaps,
            Admissions admissions,
            SpaceGuard space,
            Clock clock,
            GatewayClock gatewayClock,
            JournalOptions options,
            List<LaneOptions> laneOptions) {
        this.store = store;
        this.lanes = lanes;
        this.progress = progress;
        this.quarantine = quarantine;
        this.aside = aside;
        this.gaps = gaps;
        this.teller = new GapTeller(options.gapNotice());
        this.admissions = admissions;
        this.space = space;
        this.clock = clock;
        this.gatewayClock = gatewayClock;
        this.evictor = new Evictor(options.routes(), progress, gaps, quarantine, aside);
        Trimmer trimmer = new Trimmer(options.routes(), evictor, gatewayClock);
        this.retention =
                new Retention(store, lanes, laneOptions, progress, admissions, space, trimmer, evictor, gatewayClock);
        this.fingerprints = options.routes().stream()
                .collect(Collectors.toUnmodifiableMap(RouteInterest::route, RouteInterest::fingerprint));
        long now = clock.nanoTime();
        this.stagedJumps = gatewayClock.jumps();
        this.writtenJumps = stagedJumps;
        this.clockDueNanos = now + CLOCK_NANOS;
        this.lanesDueNanos = now + LANES_NANOS;
        this.tickedNanos = now - TICK_NANOS;
    }

    /** How long until there is something to write, in nanoseconds; 0 when there is. Looks at the disk when it is time. */
    long nanosUntilDue(long nowNanos) {
        if (nowNanos - tickedNanos >= tickNanos()) {
            tickedNanos = nowNanos;
            look(nowNanos);
            long gatewayMillis = gatewayClock.millis();
            again |= retention.isDue() || !writtenJumps.equals(gatewayClock.jumps()) || gaps.isOneOver(gatewayMillis);
        }
        if (again || quarantine.hasFound()) {
            return 0;
        }
        long until = Math.min(progress.nanosUntilDue(nowNanos), clockDueNanos - nowNanos);
        if (lanesChanged) {
            until = Math.min(until, lanesDueNanos - nowNanos);
        }
        return Math.max(0, Math.min(until, tickedNanos + tickNanos() - nowNanos));
    }

    private long tickNanos() {
        return admissions.isSomebodyWaiting() || space.isClosed() ? WAITING_TICK_NANOS : TICK_NANOS;
    }

    private void look(long nowNanos) {
        space.update(store.space(), nowNanos);
        admissions.update();
    }

    /** Notes that a message was taken and is not stored. */
    void miss(Unstored message, CommitContext context) {
        evictor.miss(lanes.get(message.lane()), message, context);
    }

    /** Makes a change that comes with messages. */
    void change(Mutation mutation, Store.Writer tx, CommitContext context) {
        byte[] value = mutation.value();
        if (mutation.table() == SideTable.DEAD_LETTERS) {
            aside.change(mutation, lanes, tx, context);
        } else if (value == null) {
            tx.delete(mutation.table().table(), mutation.key());
        } else {
            tx.put(mutation.table().table(), mutation.key(), value);
        }
    }

    /**
     * Whether this transaction can't do without: what it has stored makes a lane, or the store, hold too much, or it has to
     * say of what it had no room for, or its time is behind a jump of which the store does not know.
     */
    boolean isNeeded() {
        return gaps.isStaged() || retention.isTooMuch() || !writtenJumps.equals(gatewayClock.jumps());
    }

    /**
     * Writes what there is to write.
     *
     * @param addedBytes what the transaction has added to each lane
     */
    void write(long[] addedBytes, Store.Writer tx, CommitContext context) {
        for (Map.Entry<String, RouteProgress> changed : progress.take().entrySet()) {
            long fingerprint = fingerprints.getOrDefault(changed.getKey(), 0L);
            tx.put(Meta.TABLE, Meta.route(changed.getKey()), changed.getValue().encode(fingerprint));
        }
        stagedFound = evictor.setAsideFound(tx, context);
        teller.tell(gaps.takeOver(context.time().gatewayMillis()), lanes, tx, context);
        again = retention.enforce(addedBytes, tx, context); // also what was just told counts
        gaps.write(tx);
        for (LaneLog lane : lanes) {
            tx.put(Meta.TABLE, Meta.lane(lane.name()), lane.encode());
        }
        stagedJumps = gatewayClock.jumps();
        tx.put(Meta.TABLE, Meta.CLOCK, Meta.encode(context.time(), stagedJumps));
    }

    /** Accounts for what a start has found to be lost, in its first transaction. */
    void writeFirst(Recovery recovery, List<Lost> lost, Store.Writer tx, CommitContext context) {
        recovery.setDamagedAside(evictor, tx, context);
        evictor.lost(lost, lanes, tx, context);
        gaps.write(tx);
    }

    /**
     * A transaction is durable.
     *
     * @param written whether it held what {@link #write} wrote
     */
    void committed(boolean written) {
        long now = clock.nanoTime();
        if (written) {
            progress.written();
            gaps.committed();
            quarantine.moved(stagedFound);
            writtenJumps = stagedJumps;
            lanesChanged = false;
            clockDueNanos = now + CLOCK_NANOS;
        } else if (!lanesChanged) {
            lanesChanged = true;
            lanesDueNanos = now + LANES_NANOS;
        }
        look(now);
    }

    /** Forgets what was staged and goes on from what is in the store. */
    void reload(Store.Reader reader) {
        gaps.restore(reader);
        aside.restore(reader);
        again = true;
    }

    /** Says whether a commit waits for space on the disk. */
    void diskIsFull(boolean full) {
        admissions.diskIsFull(full);
    }
}
