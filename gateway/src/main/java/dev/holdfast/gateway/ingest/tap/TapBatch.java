package dev.holdfast.gateway.ingest.tap;

import dev.holdfast.gateway.journal.Fragment;
import dev.holdfast.gateway.journal.Origin;
import dev.holdfast.gateway.journal.Topic;
import dev.holdfast.tap.TapMessage;
import java.util.ArrayList;
import java.util.List;

/** Messages that become durable together, and are acknowledged then. */
final class TapBatch {

    private static final int FRAGMENT_BYTES = 64 << 10;
    private static final int BATCH_BYTES = 256 << 10;

    /** What gathers here is not seen by the lane's limit before it is handed in, so it is not to be many messages. */
    private static final int BATCH_MESSAGES = 32;

    private final Origin origin;
    private final long receivedMillis;
    private final List<Fragment> fragments = new ArrayList<>(1);
    private final List<TapMessage> messages = new ArrayList<>();
    private int stored;
    private long bytes;

    TapBatch(Origin origin, long receivedMillis) {
        this.origin = origin;
        this.receivedMillis = receivedMillis;
    }

    void add(TapMessage message, Topic topic, byte[] properties, int lane) {
        int payload = message.payload().remaining();
        int length = properties.length + payload;
        Fragment fragment = fragmentFor(topic, lane, message, properties.length, payload);
        int at = fragment.claim(length);
        System.arraycopy(properties, 0, fragment.buffer(), at, properties.length);
        message.payload().duplicate().get(fragment.buffer(), at + properties.length, payload);
        messages.add(message);
        stored++;
        bytes += topic.length() + (long) length;
    }

    /** Adds one that is not stored: it is acknowledged in its turn, behind what was handed in before. */
    void pass(TapMessage message) {
        if (message.qos() > 0) {
            messages.add(message);
        }
    }

    private Fragment fragmentFor(Topic topic, int lane, TapMessage message, int properties, int payload) {
        Fragment last = fragments.isEmpty() ? null : fragments.get(fragments.size() - 1);
        if (last != null
                && last.lane() == lane
                && last.messageBytes() < FRAGMENT_BYTES
                && last.begin(topic, message.qos(), message.retain(), properties, payload)) {
            return last;
        }
        Fragment next = new Fragment(lane, origin, receivedMillis, Math.max(1 << 10, properties + payload));
        boolean unused = next.begin(topic, message.qos(), message.retain(), properties, payload);
        fragments.add(next);
        return next;
    }

    boolean isEmpty() {
        return messages.isEmpty();
    }

    boolean isFull() {
        return bytes >= BATCH_BYTES || messages.size() >= BATCH_MESSAGES;
    }

    int size() {
        return messages.size();
    }

    /** How many of them are stored. */
    int stored() {
        return stored;
    }

    List<Fragment> fragments() {
        return fragments;
    }

    /** Tells the broker that they are safe; returns how many of them it waits for. */
    int acknowledge() {
        int waitedFor = 0;
        for (TapMessage message : messages) {
            if (message.qos() > 0) {
                message.acknowledgement().run();
                waitedFor++;
            }
        }
        return waitedFor;
    }
}
