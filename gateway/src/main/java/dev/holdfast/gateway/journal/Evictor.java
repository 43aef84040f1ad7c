package dev.holdfast.gateway.journal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Removes chunks that may hold undelivered messages, and accounts for them: which routes did not get which. Works inside
 * the committer's transactions.
 */
final class Evictor {

    /** What of a chunk one route has still to get. */
    private enum Pending {
        NOTHING,
        EVERYTHING,
        SOMETHING
    }

    /** Messages that the same routes did not get. */
    private static final class Missed {
        private long from = Long.MAX_VALUE;
        private long to;
        private long messages;
        private long bytes;

        void add(long sequence, long messageBytes) {
            from = Math.min(from, sequence);
            to = sequence;
            messages++;
            bytes += messageBytes;
        }
    }

    private final List<RouteInterest> routes;
    private final ProgressBoard progress;
    private final GapLog gaps;
    private final Quarantine quarantine;
    private final Aside aside;
    private final TopicTable topics = new TopicTable();

    Evictor(List<RouteInterest> routes, ProgressBoard progress, GapLog gaps, Quarantine quarantine, Aside aside) {
        this.routes = routes;
        this.progress = progress;
        this.gaps = gaps;
        this.quarantine = quarantine;
        this.aside = aside;
    }

    /**
     * Removes the oldest chunk of a lane.
     *
     * @param whole whether the newest chunk may go too
     * @return how many bytes it took; 0 when there was none that may go
     */
    int evictOldest(LaneLog lane, GapReason reason, boolean whole, Store.Writer tx, CommitContext context) {
        Store.Cursor cursor = tx.cursor(lane.table());
        if (!cursor.next()) {
            return 0;
        }
        long first = Keys.ofChunk(cursor);
        byte[] key = cursor.key();
        byte[] bytes = cursor.value();
        boolean newest = !cursor.next();
        if (newest && !whole) {
            return 0;
        }
        long end = newest ? lane.lastSequence() + 1 : Keys.ofChunk(cursor);
        ChunkReader chunk;
        try {
            chunk = ChunkReader.open(first, bytes, topics);
            account(lane, chunk, reason, context);
        } catch (CorruptChunkException e) {
            setAside(lane, new Damaged(key, end, bytes, e), tx, context);
            return bytes.length;
        }
        lane.delete(key, tx);
        lane.removed(chunk.count(), chunk.totalMessageBytes(), bytes.length);
        lane.oldestIs(end);
        return bytes.length;
    }

    private void account(LaneLog lane, ChunkReader chunk, GapReason reason, CommitContext context) {
        List<RouteInterest> undecided = new ArrayList<>();
        List<String> all = new ArrayList<>();
        boolean everyMessageWanted = false;
        for (RouteInterest route : routes) {
            everyMessageWanted |= route.wantsEverything();
            switch (pending(route, lane, chunk.firstSequence(), chunk.lastSequence())) {
                case NOTHING -> {}
                case SOMETHING -> undecided.add(route);
                case EVERYTHING -> {
                    if (route.wantsEverything()) {
                        all.add(route.route());
                    } else {
                        undecided.add(route);
                    }
                }
            }
        }
        if (!undecided.isEmpty() || !everyMessageWanted) {
            accountEach(lane, chunk, reason, context);
        } else if (!all.isEmpty()) {
            gaps.add(
                    lane,
                    all,
                    reason,
                    chunk.firstSequence(),
                    chunk.lastSequence(),
                    chunk.count(),
                    chunk.totalMessageBytes(),
                    context);
        }
    }

    private Pending pending(RouteInterest route, LaneLog lane, long first, long last) {
        LaneProgress known = progress.current(route.route(), lane.name());
        if (known == null) {
            return Pending.EVERYTHING;
        }
        Pending pending = Pending.NOTHING;
        for (LaneProgress.Range range : known.pending()) {
            if (range.from() <= first && last <= range.to()) {
                return Pending.EVERYTHING;
            }
            if (range.from() <= last && first <= range.to()) {
                pending = Pending.SOMETHING;
            }
        }
        return pending;
    }

    private void accountEach(LaneLog lane, ChunkReader chunk, GapReason reason, CommitContext context) {
        Map<List<String>, Missed> missed = new LinkedHashMap<>();
        long unrouted = 0;
        while (chunk.next()) {
            List<String> by = missedBy(lane, chunk);
            if (by != null) {
                missed.computeIfAbsent(by, key -> new Missed()).add(chunk.sequence(), chunk.messageBytes());
                unrouted += by.isEmpty() ? 1 : 0;
            }
        }
        lane.removedUnrouted(chunk.lastSequence(), unrouted);
        missed.forEach(
                (by, what) -> gaps.add(lane, by, reason, what.from, what.to, what.messages, what.bytes, context));
    }

    /** The routes that want the message at which the reader stands and have not got it; null when all have. */
    private @Nullable List<String> missedBy(LaneLog lane, ChunkReader message) {
        boolean wanted = false;
        List<String> by = new ArrayList<>();
        for (RouteInterest route : routes) {
            if (route.wants(message.topic(), message.origin())) {
                wanted = true;
                if (pending(route, lane, message.sequence(), message.sequence()) != Pending.NOTHING) {
                    by.add(route.route());
                }
            }
        }
        return wanted && by.isEmpty() ? null : by;
    }

    /**
     * Moves the chunks that routes could not believe into quarantine.
     *
     * @return those that are moved when this is durable
     */
    List<Quarantine.Found> setAsideFound(Store.Writer tx, CommitContext context) {
        List<Quarantine.Found> all = quarantine.found();
        for (Quarantine.Found found : all) {
            LaneLog lane = found.lane();
            byte[] key = Keys.ofSequence(found.key());
            byte[] bytes = tx.get(lane.table(), key);
            if (bytes != null) {
                Store.Cursor cursor = tx.cursor(lane.table());
                boolean hasNext = cursor.seek(key) && cursor.next();
                long end = hasNext ? Keys.ofChunk(cursor) : lane.lastSequence() + 1;
                setAside(lane, new Damaged(key, end, bytes, found.why(), found.routes()), tx, context);
            }
        }
        return all;
    }

    /**
     * A chunk that can't be believed. Its bytes stay where they are until it is moved: there may be many.
     *
     * @param end sequence at which the next chunk begins
     * @param length how many bytes it has
     * @param held what it may have held
     * @param passedBy routes that have gone on behind it, though what it held is among what they did not get
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Damaged(byte[] key, long end, int length, Claim held, CorruptChunkException why, Set<String> passedBy) {

        Damaged(byte[] key, long end, byte[] bytes, CorruptChunkException why, Set<String> passedBy) {
            this(key, end, bytes.length, Claim.of(bytes, end - Keys.sequence(key)), why, passedBy);
        }

        Damaged(byte[] key, long end, byte[] bytes, CorruptChunkException why) {
            this(key, end, bytes, why, Set.of());
        }

        long first() {
            return Keys.sequence(key);
        }
    }

    /**
     * Moves a chunk that can't be believed into quarantine. What it held is a gap for every route that may have wanted
     * some of it.
     */
    void setAside(LaneLog lane, Damaged chunk, Store.Writer tx, CommitContext context) {
        lane.removed(chunk.held().messages(), chunk.held().bytes(), chunk.length());
        setAsideUncounted(lane, chunk, tx, context);
    }

    /** The same with a chunk whose messages the lane does not count. */
    void setAsideUncounted(LaneLog lane, Damaged chunk, Store.Writer tx, CommitContext context) {
        long first = chunk.first();
        quarantine.add(lane, first, chunk.length(), chunk.why());
        byte[] bytes = tx.get(lane.table(), chunk.key());
        if (bytes == null) {
            throw Keys.notFound(chunk.key());
        }
        aside.keep(Quarantine.key(lane, first), bytes, tx);
        lane.delete(chunk.key(), tx);
        long last = Math.max(first, chunk.end() - 1);
        gaps.add(
                lane,
                missedBy(lane, first, last, chunk.passedBy()),
                GapReason.CORRUPT,
                first,
                last,
                chunk.held().messages(),
                chunk.held().bytes(),
                context);
        Store.Cursor cursor = tx.cursor(lane.table());
        lane.oldestIs(cursor.next() ? Keys.ofChunk(cursor) : lane.lastSequence() + 1);
    }

    /** Accounts for messages of which nothing is left to look at. */
    void lost(List<Lost> ranges, List<LaneLog> lanes, Store.Writer tx, CommitContext context) {
        for (Lost range : ranges) {
            for (LaneLog lane : lanes) {
                if (lane.name().equals(range.lane())) {
                    List<String> by = missedBy(lane, range.from(), range.to(), Set.of());
                    gaps.add(lane, by, GapReason.LOST, range.from(), range.to(), range.messages(), 0, context);
                }
            }
        }
        tx.delete(Meta.TABLE, Meta.LOST);
    }

    /** Accounts for a message that was taken and is not stored. */
    void miss(LaneLog lane, Unstored message, CommitContext context) {
        List<String> by = routes.stream()
                .filter(route -> route.wants(message.topic(), message.origin()))
                .map(RouteInterest::route)
                .toList();
        long newest = lane.lastSequence();
        gaps.add(lane, by, GapReason.PASSED, newest, newest, 1, message.bytes(), context);
    }

    private List<String> missedBy(LaneLog lane, long from, long to, Set<String> passedBy) {
        List<String> by = new ArrayList<>();
        for (RouteInterest route : routes) {
            if (passedBy.contains(route.route()) || pending(route, lane, from, to) != Pending.NOTHING) {
                by.add(route.route());
            }
        }
        return by;
    }
}
