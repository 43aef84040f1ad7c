package dev.holdfast.gateway.admin;

import dev.holdfast.gateway.forward.RouteStatus;
import dev.holdfast.gateway.journal.ChunkReader;
import dev.holdfast.gateway.journal.CorruptChunkException;
import dev.holdfast.gateway.journal.Journal;
import dev.holdfast.gateway.journal.LaneProgress;
import dev.holdfast.gateway.journal.LaneState;
import dev.holdfast.gateway.journal.StoredChunk;
import dev.holdfast.gateway.journal.TopicTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What routes have still to deliver: of what is pending, that which is still there. */
final class Backlogs {

    private static final double MILLIS_PER_SECOND = 1_000.0;
    private static final long UNKNOWN = Long.MAX_VALUE;

    private final Journal journal;

    Backlogs(Journal journal) {
        this.journal = journal;
    }

    /** Where reading goes on in a lane: bytes of the messages before, and when the next one came in. */
    private record Oldest(long bytesBefore, long receivedMillis) {}

    StatusReport.Backlog of(RouteStatus status, List<LaneState> lanes) {
        long messages = 0;
        long bytes = 0;
        long oldestMillis = UNKNOWN;
        for (RouteStatus.Lane lane : status.lanes()) {
            int index = indexOf(lane.progress().lane(), lanes);
            if (index < 0) {
                continue;
            }
            LaneState state = lanes.get(index);
            long waiting = waiting(lane.progress(), state);
            if (waiting > 0) {
                Oldest oldest = oldest(lane, index, state);
                messages += waiting;
                bytes += Math.max(0, state.totalBytes() - oldest.bytesBefore());
                oldestMillis = Math.min(oldestMillis, oldest.receivedMillis());
            }
        }
        double age = oldestMillis == UNKNOWN ? 0 : journal.clock().age(oldestMillis) / MILLIS_PER_SECOND;
        return new StatusReport.Backlog(messages, bytes, Math.max(0, age));
    }

    private static int indexOf(String name, List<LaneState> lanes) {
        for (int i = 0; i < lanes.size(); i++) {
            if (lanes.get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    private static long waiting(LaneProgress progress, LaneState lane) {
        long waiting = 0;
        for (LaneProgress.Range range : progress.pending()) {
            waiting += Math.max(0, Math.min(range.to(), lane.head()) - Math.max(range.from(), lane.tail()) + 1);
        }
        return waiting;
    }

    /** What the route knows of its oldest message, unless it has not read it yet, or it was removed: then the store is asked. */
    private Oldest oldest(RouteStatus.Lane lane, int index, LaneState state) {
        boolean isKnown = lane.oldestReceivedMillis() >= 0;
        long lowest = lane.progress().lowest();
        if (isKnown && lowest >= state.tail()) {
            return new Oldest(lane.bytesBefore(), lane.oldestReceivedMillis());
        }
        Oldest stored = stored(index, Math.max(lowest, state.tail()));
        return stored != null
                ? stored
                : new Oldest(lane.bytesBefore(), isKnown ? lane.oldestReceivedMillis() : UNKNOWN);
    }

    /** The first message that is stored from the given one on; null when it can't be read. */
    private @Nullable Oldest stored(int lane, long from) {
        List<StoredChunk> chunks = journal.read(lane, from, 1);
        if (chunks.isEmpty()) {
            return null;
        }
        try {
            ChunkReader reader = chunks.get(0).open(new TopicTable());
            long bytesBefore = reader.bytesBefore();
            while (reader.next()) {
                if (reader.sequence() >= from) {
                    return new Oldest(bytesBefore, reader.receivedMillis());
                }
                bytesBefore += reader.messageBytes();
            }
        } catch (CorruptChunkException e) {
            // the route will find out and account for it
        }
        return null;
    }
}
