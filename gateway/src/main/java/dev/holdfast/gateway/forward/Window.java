package dev.holdfast.gateway.forward;

import dev.holdfast.sink.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a route that were sent and are not settled, in the order in which they were sent, and those behind the
 * oldest of them that are settled already. A ring that belongs to the route's agent.
 */
final class Window {

    /** How a message can be settled. */
    enum Settled {
        /** The sink has it. */
        ACCEPTED,
        /** It was put aside, durably. */
        DEAD_LETTERED,
        /** Its expiry has passed. */
        EXPIRED,
        /** It was removed by the limits of its lane, which accounts for it. */
        REMOVED
    }

    /** A message in the window. Entries are kept and filled again. */
    static final class Entry {
        private @Nullable Feed feed;
        private @Nullable Settlements settlements;
        private int index;
        private long sequence;
        private long previous;
        private long bytesBefore;
        private long receivedMillis;
        private int bytes;
        private boolean handled;
        private @Nullable Settled settled;

        Feed feed() {
            Feed known = feed;
            if (known == null) {
                throw new IllegalStateException("the entry is empty");
            }
            return known;
        }

        long sequence() {
            return sequence;
        }

        /** Sequence of the message before it that the route wants. */
        long previous() {
            return previous;
        }

        /** Bytes of all messages of its lane before it. */
        long bytesBefore() {
            return bytesBefore;
        }

        /** When it came in, gateway time. */
        long receivedMillis() {
            return receivedMillis;
        }

        /** Its outcome will be found at the index of the settlements. */
        void sent(Settlements where, int at) {
            settlements = where;
            index = at;
        }

        /** Whether the sink was given it. */
        boolean isSent() {
            return settlements != null;
        }

        /** Whether the sink has it and has said nothing, and it is not settled otherwise. */
        boolean isWaiting() {
            return settlements != null && outcome() == null && settled == null;
        }

        /** What the sink said of it; null while it has said nothing. */
        @Nullable
        Outcome outcome() {
            Settlements known = settlements;
            return known == null ? null : known.outcome(index);
        }

        /** How it was settled; null while it is not. */
        @Nullable
        Settled settled() {
            Settled ours = settled;
            return ours != null ? ours : outcome() instanceof Outcome.Accepted ? Settled.ACCEPTED : null;
        }

        void settle(Settled how) {
            settled = how;
        }

        /** Whether the forwarder has acted upon an outcome that does not settle the message by itself. */
        boolean isHandled() {
            return handled;
        }

        void handled() {
            handled = true;
        }
    }

    private final Entry[] ring;
    private final int mask;

    /** Positions count up for ever; the oldest message is at head, the next one goes to tail. */
    private long head;

    private long tail;
    private long bytes;

    Window(int capacity) {
        int slots = Integer.highestOneBit(Math.max(2, capacity) - 1) << 1;
        mask = slots - 1;
        ring = new Entry[slots];
        for (int i = 0; i < slots; i++) {
            ring[i] = new Entry();
        }
    }

    int size() {
        return (int) (tail - head);
    }

    boolean isFull() {
        return size() == ring.length;
    }

    boolean isEmpty() {
        return head == tail;
    }

    /** Bytes of the messages in it. */
    long bytes() {
        return bytes;
    }

    /** Entry by its place, 0 for the oldest. */
    Entry get(int place) {
        return ring[(int) (head + place) & mask];
    }

    Entry oldest() {
        return get(0);
    }

    /** Adds the message at which the feed stands; its outcome will be found at the index of the settlements. */
    Entry add(Feed feed, Settlements settlements, int index) {
        Entry entry = addHeldBack(feed);
        entry.sent(settlements, index);
        return entry;
    }

    /** Adds the message at which the feed stands, which is not sent yet. */
    Entry addHeldBack(Feed feed) {
        Entry entry = ring[(int) tail & mask];
        entry.feed = feed;
        entry.settlements = null;
        entry.sequence = feed.sequence();
        entry.previous = feed.previous();
        entry.bytesBefore = feed.bytesBefore();
        entry.receivedMillis = feed.receivedMillis();
        entry.bytes = feed.messageBytes();
        entry.handled = false;
        entry.settled = null;
        bytes += entry.bytes;
        tail++;
        return entry;
    }

    void removeOldest() {
        Entry entry = oldest();
        bytes -= entry.bytes;
        entry.feed = null;
        entry.settlements = null;
        head++;
    }
}
