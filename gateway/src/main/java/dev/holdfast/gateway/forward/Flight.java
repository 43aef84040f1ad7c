package dev.holdfast.gateway.forward;

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
    private final Alarm alarm;
    private final Messages messages;
    private final List<Feed> feeds = new ArrayList<>();
    private final Window window;
    private final AtomicBoolean trouble = new AtomicBoolean();
    private final Tally tally;

    /** The message behind the suspect that was sent last; valid until reading goes back. */
    private Window.@Nullable Entry probe;

    Flight(ForwarderOptions options, Journal journal, Sink sink, Alarm alarm, RouteProgress stored) {
        this.journal = journal;
        this.sink = sink;
        this.alarm = alarm;
        this.messages = new Messages(options.gateway(), !options.interest().wantsEverything());
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

    /**
     * Reads ahead without sending, so that somebody can be told what waits.
     *
     * @return whether something waits in each lane
     */
    boolean readAhead() {
        boolean all = true;
        for (Feed feed : feeds) {
            all &= feed.advance();
        }
        return all;
    }

    // --- sending ------------------------------------------------------------------------------------------------

    /**
     * Sends what there is room for.
     *
     * @param limit how many messages may be in the window
     * @return whether that was all that there is
     */
    boolean send(int limit) {
        boolean more = true;
        while (more && window.size() < limit && window.bytes() < MAX_BYTES) {
            more = sendBatch(Math.min(MAX_BATCH, limit - window.size()));
        }
        return !more;
    }

    /** Sends up to so many messages; false when there are no more. */
    private boolean sendBatch(int atMost) {
        Settlements settlements = new Settlements(atMost, trouble, alarm);
        List<Message> batch = new ArrayList<>(atMost);
        Feed feed = nextFeed();
        while (feed != null && batch.size() < atMost && !window.isFull() && window.bytes() < MAX_BYTES) {
            Message message = messages.read(feed, journal.clock());
            Window.Entry entry = window.add(feed, settlements, batch.size());
            feed.take();
            if (Messages.isExpired(message)) {
                entry.settle(Window.Settled.EXPIRED); // its index is that of the next message, which says nothing of it
            } else {
                batch.add(message);
            }
            feed = nextFeed();
        }
        if (!batch.isEmpty()) {
            sink.deliver(new Batch(batch), settlements);
        }
        return feed != null;
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
     * Holds the next messages back and sends one behind them: so many behind the first, or the last one that there is.
     * Those held back are in the window before it.
     *
     * @return false when there is none behind the first: then the first itself was sent, if there is one
     */
    boolean probe(int distance) {
        Message last = null;
        Window.Entry entry = null;
        int found = 0;
        for (Feed feed = nextFeed(); feed != null && found <= distance && !window.isFull(); feed = nextFeed()) {
            Message message = messages.read(feed, journal.clock());
            Window.Entry added = window.addHeldBack(feed);
            feed.take();
            if (Messages.isExpired(message)) {
                added.settle(Window.Settled.EXPIRED);
            } else {
                last = message;
                entry = added;
                found++;
            }
        }
        probe = entry;
        if (last != null && entry != null) {
            Settlements settlements = new Settlements(1, trouble, alarm);
            entry.sent(settlements, 0);
            sink.deliver(new Batch(List.of(last)), settlements);
        }
        return found > 1;
    }

    /** Whether the message that {@link #probe} sent is settled. */
    boolean isProbeSettled() {
        Window.Entry sent = probe;
        return sent != null && sent.settled() != null;
    }

    /** Goes back to the lowest pending message. What is settled beyond it is not sent again. */
    void rewind() {
        probe = null;
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
            if (window.get(i).isWaiting()) {
                return true;
            }
        }
        return false;
    }

    /** How many messages the route has settled in its life and taken out of the window. */
    long settled() {
        return tally.settled();
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
                health.lastDeadLetter(),
                lanes,
                inFlight,
                all.accepted(),
                all.deadLettered(),
                all.expired(),
                reconnects);
    }
}
