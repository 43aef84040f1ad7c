package dev.holdfast.brokertest.bench;

import dev.holdfast.gateway.agent.Signal;
import dev.holdfast.gateway.journal.ChunkReader;
import dev.holdfast.gateway.journal.LaneProgress;
import dev.holdfast.gateway.journal.LaneState;
import dev.holdfast.gateway.journal.RouteProgress;
import dev.holdfast.gateway.journal.StoreJournal;
import dev.holdfast.gateway.journal.StoredChunk;
import dev.holdfast.gateway.journal.TopicTable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a route does with the journal: reads ahead, opens every chunk and looks at every message, settles it, saves its
 * progress. Checks that sequences have no hole and that no message is missing.
 */
final class RouteReader implements AutoCloseable {

    private static final long WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long CLOSE_MILLIS = 10_000;

    private final StoreJournal journal;
    private final String route;
    private final int payloadBytes;
    private final int lanes;
    private final long[] positions;
    private final TopicTable topics = new TopicTable();
    private final Signal signal = new Signal();
    private final Thread thread;
    private volatile long behind;
    private volatile long settled;
    private volatile boolean closed;

    RouteReader(StoreJournal journal, String route, int payloadBytes, long behind) {
        this.journal = journal;
        this.route = route;
        this.payloadBytes = payloadBytes;
        this.behind = behind;
        RouteProgress progress = journal.progress(route);
        List<LaneState> states = journal.lanes();
        lanes = states.size();
        positions = new long[lanes];
        for (int lane = 0; lane < lanes; lane++) {
            positions[lane] = lowest(progress, states.get(lane).name());
        }
        settled = progress.settled();
        thread = new Thread(this::work, route);
    }

    private static long lowest(RouteProgress progress, String lane) {
        return progress.lanes().stream()
                .filter(known -> known.lane().equals(lane))
                .mapToLong(LaneProgress::lowest)
                .findFirst()
                .orElse(1);
    }

    void start() {
        thread.start();
    }

    /** Something was committed. */
    void wake() {
        signal.signal();
    }

    /** Leaves so many messages in the journal; 0 drains it. */
    void keepBehind(long messages) {
        behind = messages;
        wake();
    }

    long settled() {
        return settled;
    }

    private void work() {
        while (!closed) {
            boolean read = false;
            for (int lane = 0; lane < lanes; lane++) {
                read |= read(lane);
            }
            if (!read) {
                signal.await(WAIT_NANOS);
            }
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    private boolean read(int lane) {
        long keep = behind;
        long atOnce = keep == 0 ? 1 : Flow.READ_BYTES / (payloadBytes + 1); // what a sink frees is read in one go
        if (journal.head(lane) - positions[lane] + 1 < keep / lanes + atOnce) {
            return false;
        }
        long count = 0;
        for (StoredChunk chunk : journal.read(lane, positions[lane], Flow.READ_BYTES)) {
            ChunkReader reader = chunk.open(topics);
            while (reader.next()) {
                count += look(lane, reader);
            }
        }
        settled += count;
        save();
        return count > 0;
    }

    private int look(int lane, ChunkReader message) {
        if (message.sequence() < positions[lane]) {
            return 0;
        }
        boolean whole = message.payloadLength() == payloadBytes;
        boolean right = lanes > 1 || Sensors.number(message.bytes(), message.payloadOffset()) == message.sequence() - 1;
        if (message.sequence() != positions[lane] || !whole || !right) {
            throw new IllegalStateException(
                    "expected message " + positions[lane] + " but got " + message.sequence() + " or not its payload");
        }
        positions[lane]++;
        return 1;
    }

    private void save() {
        List<LaneProgress> progress = new ArrayList<>(lanes);
        List<LaneState> states = journal.lanes();
        for (int lane = 0; lane < lanes; lane++) {
            progress.add(LaneProgress.from(states.get(lane).name(), positions[lane]));
        }
        journal.saveProgress(route, new RouteProgress(progress, settled, 0, 0));
    }

    @Override
    public void close() {
        closed = true;
        wake();
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
