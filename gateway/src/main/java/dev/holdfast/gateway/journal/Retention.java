package dev.holdfast.gateway.journal;

import dev.holdfast.gateway.time.GatewayClock;
import java.util.Arrays;
import java.util.List;

/**
 * Keeps lanes within their limits: removes what is settled, what is too old, and, in lanes that drop the oldest, what is
 * too much. Works inside the committer's transactions, a bounded number of chunks at a time.
 *
 * <p>When the store is full, what goes first is history; then the oldest of the least important lane that may drop.
 */
final class Retention {

    /** Bounds what one transaction evicts. */
    private static final int MAX_CHUNKS = 256;

    /** Evicted at a time when nothing comes in and the disk is full all the same. */
    private static final int STEP_BYTES = 1 << 20;

    /** When there is no chunk whose age matters. */
    private static final long NEVER = Long.MAX_VALUE;

    private final Store store;
    private final List<LaneLog> lanes;
    private final List<LaneOptions> options;
    private final ProgressBoard progress;
    private final Admissions admissions;
    private final SpaceGuard space;
    private final Trimmer trimmer;
    private final Evictor evictor;
    private final GatewayClock clock;

    // the age of the oldest chunk by lane, as long as it is the oldest
    private final long[] knownTail;
    private final long[] tailMillis;

    Retention(
            Store store,
            List<LaneLog> lanes,
            List<LaneOptions> options,
            ProgressBoard progress,
            Admissions admissions,
            SpaceGuard space,
            Trimmer trimmer,
            Evictor evictor,
            GatewayClock clock) {
        this.clock = clock;
        this.store = store;
        this.lanes = lanes;
        this.options = options;
        this.progress = progress;
        this.admissions = admissions;
        this.space = space;
        this.trimmer = trimmer;
        this.evictor = evictor;
        this.knownTail = new long[lanes.size()];
        this.tailMillis = new long[lanes.size()];
        Arrays.fill(knownTail, -1);
    }

    /** Whether something has grown too old, or is to go for another reason while nothing comes in. */
    boolean isDue() {
        if (space.isStuck() && mayDrop()) {
            return true;
        }
        for (int i = 0; i < lanes.size(); i++) {
            LaneOptions lane = options.get(i);
            long floor = progress.floor(lane.name());
            long age = Math.min(
                    lane.limit().ageMillis(),
                    lanes.get(i).tail() < floor && lane.keepsHistory()
                            ? lane.history().ageMillis()
                            : NEVER);
            if (age != NEVER && isOlder(oldestMillis(i), age)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a lane that drops the oldest holds too much, or history is in the way. */
    boolean isTooMuch() {
        boolean excess = admissions.excess() > 0;
        for (int i = 0; i < lanes.size(); i++) {
            LaneOptions option = options.get(i);
            LaneLog lane = lanes.get(i);
            boolean drops = option.whenFull() == WhenFull.DROP_OLDEST && (excess || isOver(lane, option.limit()));
            boolean history =
                    option.keepsHistory() && lane.tail() < progress.floor(lane.name()) && admissions.isPressed(i);
            if (drops || history) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOver(LaneLog lane, LaneLimits limit) {
        return lane.bytes() > limit.bytes() || lane.messages() > limit.messages();
    }

    private boolean mayDrop() {
        return options.stream().anyMatch(lane -> lane.whenFull() == WhenFull.DROP_OLDEST);
    }

    /** Gateway time at which the oldest chunk of a lane was stored; the end of time when there is none. */
    private long oldestMillis(int lane) {
        LaneLog log = lanes.get(lane);
        if (log.tail() > log.lastSequence()) {
            return NEVER;
        }
        if (knownTail[lane] != log.tail()) {
            knownTail[lane] = log.tail();
            tailMillis[lane] = store.read(reader -> {
                Store.Cursor cursor = reader.cursor(log.table());
                return cursor.next() ? storedAt(cursor) : NEVER;
            });
        }
        return tailMillis[lane];
    }

    private boolean isOlder(long sinceMillis, long ageMillis) {
        return sinceMillis != NEVER && clock.age(sinceMillis) > ageMillis;
    }

    private static long storedAt(Store.Cursor cursor) {
        byte[] header = cursor.valuePrefix(ChunkFormat.HEADER_BYTES);
        return header.length < ChunkFormat.HEADER_BYTES
                ? NEVER
                : ChunkFormat.getLong(header, ChunkFormat.AT_GATEWAY_MILLIS);
    }

    /**
     * Removes what is to go, after the routes' progress was taken for this transaction.
     *
     * @param addedBytes what this transaction adds to each lane
     * @return whether there is more to remove
     */
    boolean enforce(long[] addedBytes, Store.Writer tx, CommitContext context) {
        boolean more = false;
        int left = MAX_CHUNKS;
        for (int i = 0; i < lanes.size(); i++) {
            LaneLog lane = lanes.get(i);
            LaneOptions option = options.get(i);
            LaneLimits history = admissions.isPressed(i) ? LaneLimits.NOTHING : option.history();
            more |= trimmer.trim(lane, progress.floor(lane.name()), history, tx, context);
            left = evictTooOld(lane, option, left, tx, context);
            left = evictTooMany(lane, option, left, tx, context);
        }
        evictForSpace(addedBytes, left, tx, context);
        return more || left <= 0;
    }

    private int evictTooOld(LaneLog lane, LaneOptions option, int atMost, Store.Writer tx, CommitContext context) {
        long age = option.limit().ageMillis();
        int left = atMost;
        while (age != LaneLimits.UNLIMITED && left > 0) {
            Store.Cursor oldest = tx.cursor(lane.table());
            if (!oldest.next() || !isOlder(storedAt(oldest), age)) {
                return left;
            }
            int unused = evictor.evictOldest(lane, GapReason.AGE, true, tx, context);
            left--;
        }
        return left;
    }

    private int evictTooMany(LaneLog lane, LaneOptions option, int atMost, Store.Writer tx, CommitContext context) {
        LaneLimits limit = option.limit();
        int left = atMost;
        while (option.whenFull() == WhenFull.DROP_OLDEST && left > 0) {
            if (!isOver(lane, limit)) {
                return left;
            }
            GapReason reason = lane.bytes() > limit.bytes() ? GapReason.SIZE : GapReason.COUNT;
            if (evictor.evictOldest(lane, reason, false, tx, context) == 0) {
                return left;
            }
            left--;
        }
        return left;
    }

    /**
     * A lane makes room for what comes in to itself and to more important ones, and for not much more than that: a disk
     * that others fill is no reason to throw everything away.
     */
    private void evictForSpace(long[] addedBytes, int atMost, Store.Writer tx, CommitContext context) {
        boolean stuck = space.isStuck();
        long excess = stuck ? STEP_BYTES : admissions.excess();
        long freed = 0;
        int left = atMost;
        for (int i = lanes.size() - 1; i >= 0; i--) {
            long allowed =
                    stuck ? STEP_BYTES : 2 * Arrays.stream(addedBytes, 0, i + 1).sum();
            boolean more = options.get(i).whenFull() == WhenFull.DROP_OLDEST;
            while (more && freed < Math.min(excess, allowed) && left > 0) {
                int bytes = evictor.evictOldest(lanes.get(i), GapReason.QUOTA, false, tx, context);
                freed += bytes;
                left--;
                more = bytes > 0;
            }
        }
    }
}
