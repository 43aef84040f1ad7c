package dev.holdfast.gateway.journal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was removed without having been delivered: a record for each episode, and totals for ever. Changed by the
 * committer alone, in the transaction that removes; other threads see what is durable.
 *
 * <p>Removals of one kind that follow each other closely make one record, so that a lane which drops its oldest for days
 * leaves some records an hour and not one for each chunk. Of very many only the newest are kept; the totals know all.
 */
final class GapLog {

    private static final Logger LOG = LoggerFactory.getLogger(GapLog.class);
    private static final int MAX_KEPT = 4_096;

    /** An episode is over when nothing was added for so long. */
    private static final long QUIET_MILLIS = 10_000;

    /** A longer one is cut, so that people upstream hear of it while it lasts. */
    private static final long LONGEST_MILLIS = 60_000;

    private record Kind(String lane, List<String> routes, GapReason reason) {
        static Kind of(Gap gap) {
            return new Kind(gap.lane(), gap.routes(), gap.reason());
        }
    }

    private final boolean announcing;
    private volatile ConcurrentSkipListMap<Long, Gap> kept = new ConcurrentSkipListMap<>();
    private final Map<Kind, Long> newest = new HashMap<>();
    /** Episodes that nobody was told of, by number. */
    private final TreeSet<Long> open = new TreeSet<>();

    private volatile GapTotals totals = GapTotals.NONE;

    // valid for a transaction
    private final Map<Long, Gap> staged = new LinkedHashMap<>();
    private final List<Gap> toLog = new ArrayList<>();
    private GapTotals stagedTotals = GapTotals.NONE;
    private long nextNumber = 1;

    /**
     * An empty log.
     *
     * @param announcing whether somebody upstream wants to be told of gaps
     */
    GapLog(boolean announcing) {
        this.announcing = announcing;
    }

    /** Takes over what is on disk, and forgets what was staged. */
    void restore(Store.Reader reader) {
        ConcurrentSkipListMap<Long, Gap> found =
                new ConcurrentSkipListMap<>(); // routes look into the old one meanwhile
        staged.clear();
        newest.clear();
        open.clear();
        toLog.clear();
        Store.Cursor cursor = reader.cursor(SideTable.GAPS.table());
        while (cursor.next()) {
            long number = Keys.sequence(cursor.key());
            try {
                keep(Gap.decode(number, cursor.value()), found);
            } catch (CorruptChunkException e) {
                LOG.error("the record of a gap can't be believed number={} why=\"{}\"", number, e.getMessage());
            }
            nextNumber = number + 1;
        }
        kept = found;
        totals = storedTotals(reader);
        stagedTotals = totals;
    }

    private static GapTotals storedTotals(Store.Reader reader) {
        byte[] stored = reader.get(Meta.TABLE, Meta.GAP_TOTALS);
        try {
            return stored == null ? GapTotals.NONE : GapTotals.decode(stored);
        } catch (CorruptChunkException e) {
            LOG.error("the totals of gaps can't be believed, they begin anew why=\"{}\"", e.getMessage());
            return GapTotals.NONE;
        }
    }

    private void keep(Gap gap, Map<Long, Gap> among) {
        among.put(gap.number(), gap);
        newest.put(Kind.of(gap), gap.number());
        if (gap.announced()) {
            open.remove(gap.number());
        } else {
            open.add(gap.number());
        }
    }

    /** Notes a removal; it becomes part of the transaction by {@link #write}. */
    void add(
            LaneLog lane,
            List<String> routes,
            GapReason reason,
            long from,
            long to,
            long messages,
            long bytes,
            CommitContext context) {
        long now = context.time().gatewayMillis();
        Kind kind = new Kind(lane.name(), routes, reason);
        Gap before = current(newest.get(kind));
        Gap gap;
        if (before != null && !before.announced() && !isOver(before, now)) {
            gap = before.extended(from, to, messages, bytes, now);
        } else {
            gap = new Gap(
                    nextNumber++,
                    lane.name(),
                    routes,
                    from,
                    to,
                    messages,
                    bytes,
                    reason,
                    now,
                    now,
                    context.time().wallMillis(),
                    false);
        }
        newest.put(kind, gap.number());
        staged.put(gap.number(), gap);
        stagedTotals = stagedTotals.plus(reason, messages, bytes);
    }

    private @Nullable Gap current(@Nullable Long number) {
        if (number == null) {
            return null;
        }
        Gap changed = staged.get(number);
        return changed != null ? changed : kept.get(number);
    }

    private static boolean isOver(Gap gap, long nowMillis) {
        return nowMillis - gap.untilMillis() >= QUIET_MILLIS || nowMillis - gap.sinceMillis() >= LONGEST_MILLIS;
    }

    /** Whether there is an episode that nobody was told of yet. */
    boolean isOneOpen() {
        return !open.isEmpty();
    }

    /** Whether one of them has ended. */
    boolean isOneOver(long nowMillis) {
        for (Long number : open) {
            Gap gap = kept.get(number);
            if (gap != null && isOver(gap, nowMillis)) {
                return true;
            }
        }
        return false;
    }

    /** Takes the episodes that have ended: they are not extended any more. */
    List<Gap> takeOver(long nowMillis) {
        List<Gap> over = new ArrayList<>();
        for (Long number : open) {
            Gap gap = kept.get(number);
            if (gap != null && isOver(gap, nowMillis)) {
                over.add(gap);
                staged.put(number, gap.asAnnounced());
            }
        }
        return announcing ? over : List.of();
    }

    /** Whether something was added since the last transaction. */
    boolean isStaged() {
        return !staged.isEmpty();
    }

    /** Writes what was added since the last transaction. */
    void write(Store.Writer tx) {
        if (staged.isEmpty()) {
            return;
        }
        for (Gap gap : staged.values()) {
            if (!kept.containsKey(gap.number()) || gap.announced()) {
                toLog.add(gap);
            }
            keep(gap, kept); // who reads behind the gap, once this is durable, must find it
            tx.put(SideTable.GAPS.table(), Keys.ofSequence(gap.number()), gap.encode());
        }
        long oldestKept = nextNumber - MAX_KEPT;
        for (Long number : kept.headMap(oldestKept).keySet()) {
            tx.delete(SideTable.GAPS.table(), Keys.ofSequence(number));
        }
        tx.put(Meta.TABLE, Meta.GAP_TOTALS, stagedTotals.encode());
    }

    /** What was written is durable. */
    void committed() {
        if (staged.isEmpty()) {
            return;
        }
        staged.clear();
        totals = stagedTotals;
        open.headSet(nextNumber - MAX_KEPT).clear();
        kept.headMap(nextNumber - MAX_KEPT).clear();
        toLog.forEach(GapLog::log);
        toLog.clear();
    }

    /** One line when an episode begins, and one when it is over. */
    private static void log(Gap gap) {
        LOG.warn(
                "{} lane={} reason={} routes={} from={} to={} messages={} bytes={}",
                gap.announced() ? "undelivered messages were removed" : "undelivered messages are being removed",
                gap.lane(),
                gap.reason(),
                String.join(",", gap.routes()),
                gap.from(),
                gap.to(),
                gap.messages(),
                gap.bytes());
    }

    /**
     * The last message before the given one that the route did not get; 0 when there is none. Where that is not known
     * exactly, one that it did not get. Any thread.
     */
    long lostBefore(String lane, String route, long sequence) {
        long last = 0;
        for (Gap gap : kept.values()) {
            if (gap.reason() == GapReason.PASSED) {
                continue; // its messages have no sequences
            }
            if (gap.lane().equals(lane) && gap.from() < sequence && gap.routes().contains(route)) {
                last = Math.max(last, gap.to() < sequence ? gap.to() : gap.from());
            }
        }
        return last;
    }

    /** The gaps that are kept, the oldest first. Any thread. */
    List<Gap> all() {
        return List.copyOf(kept.values());
    }

    /** How much was removed undelivered, ever. Any thread. */
    GapTotals totals() {
        return totals;
    }
}
