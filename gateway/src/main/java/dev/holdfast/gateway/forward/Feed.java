package dev.holdfast.gateway.forward;

import dev.holdfast.gateway.journal.ChunkReader;
import dev.holdfast.gateway.journal.CorruptChunkException;
import dev.holdfast.gateway.journal.Journal;
import dev.holdfast.gateway.journal.LaneProgress;
import dev.holdfast.gateway.journal.RouteInterest;
import dev.holdfast.gateway.journal.StoredChunk;
import dev.holdfast.gateway.journal.TopicTable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads one lane ahead for one route: the pending messages that the route wants, in order. Belongs to the route's agent.
 *
 * <p>Chunks are read by short snapshots and kept until they are used. Messages that the route does not want, and those
 * that are settled already, are passed over.
 */
final class Feed {

    private static final int READ_BYTES = 512 << 10;

    private final Journal journal;
    private final int lane;
    private final String laneName;
    private final RouteInterest interest;
    private final TopicTable topics;
    private final ArrayDeque<StoredChunk> ahead = new ArrayDeque<>();

    private @Nullable StoredChunk stored;
    private @Nullable ChunkReader chunk;

    /** What was pending when reading began last. Everything from {@link #position} on in these ranges is still to come. */
    private List<LaneProgress.Range> pending = List.of();

    private int range;

    /** The next sequence to look at. */
    private long position;

    private long previousWanted;

    // the message at which the feed stands
    private boolean standing;
    private long sequence;
    private long previous;
    private long bytesBefore;

    private long bytesRead;

    Feed(Journal journal, int lane, LaneProgress progress, RouteInterest interest, TopicTable topics) {
        this.journal = journal;
        this.lane = lane;
        this.laneName = progress.lane();
        this.interest = interest;
        this.topics = topics;
        begin(progress);
    }

    String laneName() {
        return laneName;
    }

    int lane() {
        return lane;
    }

    /** Begins to read what is pending, from the lowest on. */
    void begin(LaneProgress progress) {
        pending = progress.pending();
        range = 0;
        position = progress.lowest();
        previousWanted = progress.previous();
        standing = false;
        ahead.clear();
        chunk = null;
    }

    /**
     * Goes to the next pending message that the route wants, unless it stands at one.
     *
     * @return false when there is none yet
     */
    boolean advance() {
        while (!standing) {
            if (chunk == null) {
                stored = nextChunk();
            }
            StoredChunk reading = stored;
            if (reading == null) {
                return false;
            }
            try {
                advanceIn(open(reading));
            } catch (CorruptChunkException e) {
                pass(reading, e);
            }
        }
        return true;
    }

    private ChunkReader open(StoredChunk reading) {
        ChunkReader reader = chunk;
        if (reader == null) {
            reader = reading.open(topics);
            chunk = reader;
            bytesRead = reader.bytesBefore();
            if (reader.firstSequence() > position) {
                noticeLoss(reader.firstSequence());
            }
        }
        return reader;
    }

    /** What lay before the given message may have been removed without being delivered. */
    private void noticeLoss(long before) {
        previousWanted = Math.max(previousWanted, journal.lostBefore(lane, interest.route(), before));
    }

    private void advanceIn(ChunkReader reader) {
        while (reader.next()) {
            long at = reader.sequence();
            long before = bytesRead;
            bytesRead += reader.messageBytes();
            if (at < position) {
                continue;
            }
            position = at + 1;
            if (!interest.wants(reader.topic(), reader.origin())) {
                continue;
            }
            long wantedBefore = previousWanted;
            previousWanted = at;
            if (isPending(at)) {
                standing = true;
                sequence = at;
                previous = wantedBefore;
                bytesBefore = before;
                return;
            }
        }
        position = Math.max(position, reader.lastSequence() + 1);
        chunk = null;
    }

    private boolean isPending(long at) {
        while (at > pending.get(range).to()) {
            range++;
        }
        return at >= pending.get(range).from();
    }

    private @Nullable StoredChunk nextChunk() {
        if (ahead.isEmpty()) {
            long head = journal.head(lane); // before the read, which sees all of it
            if (position <= head) {
                ahead.addAll(journal.read(lane, position, READ_BYTES));
                if (ahead.isEmpty()) { // what lies between here and the head was removed
                    position = head + 1;
                    noticeLoss(position);
                }
            }
        }
        return ahead.poll();
    }

    private void pass(StoredChunk corrupt, CorruptChunkException why) {
        ahead.clear();
        chunk = null;
        position = Math.max(position, journal.passCorrupt(lane, corrupt, why, interest.route()));
    }

    /** The message at which the feed stands was taken: {@link #advance()} goes on from it. */
    void take() {
        standing = false;
    }

    /** The reader at the message at which the feed stands. */
    ChunkReader message() {
        ChunkReader reader = chunk;
        if (!standing || reader == null) {
            throw new IllegalStateException("the feed stands at no message");
        }
        return reader;
    }

    long sequence() {
        return sequence;
    }

    /** Sequence of the message before it that the route wants; 0 when there is none. */
    long previous() {
        return previous;
    }

    /** Bytes of all messages of the lane before it. */
    long bytesBefore() {
        return bytesBefore;
    }

    long receivedMillis() {
        return message().receivedMillis();
    }

    int messageBytes() {
        return (int) message().messageBytes();
    }

    /**
     * What is pending: what of the window is not settled, and what was not handed out yet.
     *
     * @param maxRanges how finely to tell them apart; beyond that it costs more to remember what is settled than to send
     *     it again
     */
    LaneProgress progress(Window window, int maxRanges) {
        List<LaneProgress.Range> ranges = new ArrayList<>(2);
        long firstPrevious = -1;
        long from = -1;
        long to = -1;
        for (int i = 0; i < window.size(); i++) {
            Window.Entry entry = window.get(i);
            if (entry.feed() != this || entry.settled() != null) {
                continue;
            }
            if (from < 0) {
                firstPrevious = entry.previous();
                from = entry.sequence();
            } else if (entry.previous() != to) {
                ranges.add(new LaneProgress.Range(from, to));
                from = entry.sequence();
            }
            to = entry.sequence();
        }
        long previousOfRest = standing ? previous : previousWanted;
        if (from >= 0 && previousOfRest != to) {
            ranges.add(new LaneProgress.Range(from, to));
            from = -1;
        }
        addRest(ranges, from);
        return new LaneProgress(
                laneName, bounded(ranges, maxRanges), firstPrevious < 0 ? previousOfRest : firstPrevious);
    }

    /** Where the route stands in this lane. */
    RouteStatus.Lane status(Window window, int maxRanges) {
        LaneProgress progress = progress(window, maxRanges);
        for (int i = 0; i < window.size(); i++) {
            Window.Entry entry = window.get(i);
            if (entry.feed() == this && entry.settled() == null) {
                return new RouteStatus.Lane(progress, entry.bytesBefore(), entry.receivedMillis());
            }
        }
        return standing
                ? new RouteStatus.Lane(progress, bytesBefore, receivedMillis())
                : new RouteStatus.Lane(progress, bytesRead, -1);
    }

    /** Adds what was not handed out yet. The first of it may continue a range that the window has begun. */
    private void addRest(List<LaneProgress.Range> ranges, long begun) {
        long next = standing ? sequence : position;
        long from = begun;
        for (int i = range; i < pending.size(); i++) {
            LaneProgress.Range rest = pending.get(i);
            if (rest.to() >= next) {
                if (from >= 0 && rest.from() > next) { // what lies between them is settled
                    ranges.add(new LaneProgress.Range(from, next - 1));
                    from = -1;
                }
                ranges.add(new LaneProgress.Range(from >= 0 ? from : Math.max(rest.from(), next), rest.to()));
                from = -1;
            }
        }
    }

    private static List<LaneProgress.Range> bounded(List<LaneProgress.Range> ranges, int maxRanges) {
        if (ranges.size() <= maxRanges) {
            return ranges;
        }
        List<LaneProgress.Range> few = new ArrayList<>(ranges.subList(0, maxRanges - 1));
        few.add(new LaneProgress.Range(ranges.get(maxRanges - 1).from(), LaneProgress.Range.OPEN));
        return few;
    }
}
