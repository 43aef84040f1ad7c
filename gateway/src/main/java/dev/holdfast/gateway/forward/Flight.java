package dev.holdfast.gateway.forward;

import dev.holdfast.gateway.agent.Signal;
import dev.holdfast.gateway.journal.Journal;
import dev.holdfast.gateway.journal.LaneProgress;
import dev.holdfast.gateway.journal.LaneState;
import dev.holdfast.gateway.journal.RouteProgress;
import dev.holdfast.gateway.journal.TopicTable;
import dev.holdfast.sink.Batch;
import dev.holdfast.sink.Message;
import dev.holdfast.sink.Sink;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What a route reads ahead, has in flight, and has settled: its feeds and its window. Belongs to the route's agent.
 *
 * <p>Only what is settled is ever left out when reading goes back; what is in flight is still pending.
 */
final class Flight {

    private static final int MAX_BATCH = 256;
    private static final int MAX_BYTES = 4 << 20;
    private static final int MAX_STORED_RANGES = 64;

    private final Journal journal;
    private final Sink sink;
    private final Signal signal;
    private final Messages messages;
    private final List<Feed> feeds = new ArrayList<>();
    private final Window window;
    private final AtomicBoolean trouble = new AtomicBoolean();
    private final Tally tally;

    Flight(ForwarderOptions options, Journal journal, Sink sink, Signal signal, RouteProgress stored) {
        this.journal = journal;
        this.sink = sink;
        this.signal = signal;
        this.messages = new Messages(options.gateway());
        this.window = new Window(options.window() + MAX_BATCH);
        this.tally = new Tally(stored);
        TopicTable topics = new TopicTable();
        List<LaneState> lanes = journal.lanes();
        for (int i = 0; i < lanes.size(); i++) {
            for (LaneProgress progress : stored.lanes()) {
                if (progress.lane().equals(lanes.get(i).name())) {
                    feeds.add(new Feed(journal, i, progress, options.interest(), topics));
                }
            }
        }
    }

    Window window() {
        return window;
    }

    /** Reads ahead without sending, so that somebody can be told what waits. */
    void readAhead() {
        feeds.forEach(Feed::advance);
    }

    // --- sending ------------------------------------------------------------------------------------------------

    /**
     * Sends what there is room for.
     *
     * @param limit how many messages may be in the window
     */
    void send(int limit) {
        boolean more = true;
        while (more && window.size() < limit && window.bytes() < MAX_BYTES) {
            more = sendBatch(Math.min(MAX_BATCH, limit - window.size()));
        }
    }

    /** Sends up to so many messages; false when there are no more. */
    private boolean sendBatch(int atMost) {
        long gatewayMillis = journal.gatewayMillis();
        Settlements settlements = new Settlements(atMost, trouble, signal);
        List<Message> batch = new ArrayList<>(atMost);
        Feed feed = nextFeed();
        while (feed != null && batch.size() < atMost && !window.isFull() && window.bytes() < MAX_BYTES) {
            Message message = messages.read(feed, gatewayMillis);
            Window.Entry entry = window.add(feed, settlements, batch.size());
            feed.take();
            if (Messages.isExpired(message)) {
                entry.settle(Window.Settled.EXPIRED);
            } else {
                batch.add(message);
            }
            feed = nextFeed();
        }
        if (!batch.isEmpty()) {
            sink.deliver(new Batch(batch), settlements);
        }
        return feed != null && !window.isFull();
    }

    /** The first lane that has a message comes first. */
    private @Nullable Feed nextFeed() {
        for (Feed feed : feeds) {
            if (feed.advance()) {
                return feed;
            }
        }
        return null;
    }

    /**
     * Holds the next message back and sends the one behind it; the one held back is then the oldest of the window.
     *
     * @return false when there is none behind it: then the next one itself was sent
     */
    boolean sendBehindNext() {
        Feed feed = nextFeed();
        if (feed == null) {
            return false;
        }
        long gatewayMillis = journal.gatewayMillis();
        Settlements settlements = new Settlements(2, trouble, signal);
        Message heldBack = messages.read(feed, gatewayMillis);
        window.add(feed, settlements, 0);
        feed.take();
        Feed behind = nextFeed();
        if (behind == null) {
            sink.deliver(new Batch(List.of(heldBack)), settlements);
            return false;
        }
        Message probe = messages.read(behind, gatewayMillis);
        window.add(behind, settlements, 1);
        behind.take();
        sink.deliver(new Batch(List.of(probe)), (index, outcome) -> settlements.settle(1, outcome));
        return true;
    }

    /** Goes back to the lowest pending message. What is settled beyond it is not sent again. */
    void rewind() {
        List<LaneProgress> pending = new ArrayList<>();
        for (Feed feed : feeds) {
            pending.add(feed.progress(window, Integer.MAX_VALUE));
        }
        while (!window.isEmpty()) {
            Window.Settled how = window.oldest().settled();
            if (how != null) {
                tally.count(how);
            }
            window.removeOldest();
        }
        for (int i = 0; i < feeds.size(); i++) {
            feeds.get(i).begin(pending.get(i));
        }
    }

    // --- outcomes -----------------------------------------------------------------------------------------------

    /** Takes the oldest message out of the window if it is settled, and says how; null when it is not. */
    Window.@Nullable Settled takeSettled() {
        Window.Settled how = window.isEmpty() ? null : window.oldest().settled();
        if (how != null) {
            window.removeOldest();
            tally.count(how);
        }
        return how;
    }

    /** Whether an outcome came in that does not settle its message by itself; asking clears it. */
    boolean takeTrouble() {
        return trouble.getAndSet(false);
    }

    /** Whether the sink has something of which it has not said what became of it. */
    boolean isWaiting() {
        for (int i = 0; i < window.size(); i++) {
            Window.Entry entry = window.get(i);
            if (entry.outcome() == null && entry.settled() == null) {
                return true;
            }
        }
        return false;
    }

    // --- what others see ----------------------------------------------------------------------------------------

    /** Where the route stands. */
    RouteStatus status(Health health, String route, long reconnects) {
        Tally all = tally.copy();
        int inFlight = 0;
        for (int i = 0; i < window.size(); i++) {
            Window.Settled how = window.get(i).settled();
            if (how == null) {
                inFlight++;
            } else {
                all.count(how);
            }
        }
        List<RouteStatus.Lane> lanes = new ArrayList<>();
        for (Feed feed : feeds) {
            lanes.add(feed.status(window, MAX_STORED_RANGES));
        }
        return new RouteStatus(
                route,
                health.state(),
                health.lastError(),
                lanes,
                inFlight,
                all.accepted(),
                all.deadLettered(),
                all.expired(),
                reconnects);
    }
}
