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

    /** What the route knows of its oldest message, unless that one was removed: then the store is asked. */
    private Oldest oldest(RouteStatus.Lane lane, int index, LaneState state) {
        long received = lane.oldestReceivedMillis() < 0 ? UNKNOWN : lane.oldestReceivedMillis();
        Oldest known = new Oldest(lane.bytesBefore(), received);
        if (lane.progress().lowest() >= state.tail()) {
            return known;
        }
        List<StoredChunk> chunks = journal.read(index, state.tail(), 1);
        try {
            ChunkReader reader = chunks.isEmpty() ? null : chunks.get(0).open(new TopicTable());
            return reader == null || !reader.next()
                    ? known
                    : new Oldest(Math.max(known.bytesBefore(), reader.bytesBefore()), reader.receivedMillis());
        } catch (CorruptChunkException e) {
            return known;
        }
    }
}
