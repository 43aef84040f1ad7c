package dev.holdfast.gateway.ingest.tap;

import dev.holdfast.gateway.agent.Signal;
import dev.holdfast.sink.Link;
import dev.holdfast.sink.MessageProperties;
import dev.holdfast.tap.TapLink;
import dev.holdfast.tap.TapMessage;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What comes over one link, until the tap's agent takes it. When the link is lost the inbox is thrown away with what is in
 * it, which was not acknowledged and comes again.
 *
 * <p>Bounded: by the Receive Maximum for what is acknowledged, and when those are large, by the agent, who ends a link that
 * brings more than {@link #MAX_BYTES} where the next one can bring less; by bytes for the rest, of which more is dropped and counted.
 */
final class Inbox implements TapLink {

    /** What may wait in memory, a good part of the smallest heap. */
    static final long MAX_BYTES = 32 << 20;

    /** Beyond this, what nobody acknowledges is dropped. */
    private static final long MAX_BEST_EFFORT_BYTES = 8 << 20;

    private static final int OVERHEAD = 200;

    private final TapLink events;
    private final Signal signal;
    private final Queue<Runnable> mail = new ConcurrentLinkedQueue<>();
    private final Queue<TapMessage> messages = new ConcurrentLinkedQueue<>();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();

    /**
     * An empty inbox.
     *
     * @param events told on the agent's thread what becomes of the link
     */
    Inbox(TapLink events, Signal signal) {
        this.events = events;
        this.signal = signal;
    }

    private void post(Runnable event) {
        mail.add(event);
        signal.signal();
    }

    @Override
    public void session(boolean present) {
        post(() -> events.session(present));
    }

    @Override
    public void subscribed(List<Granted> filters) {
        post(() -> events.subscribed(filters));
    }

    @Override
    public void brokerDropped(long count) {
        post(() -> events.brokerDropped(count));
    }

    @Override
    public void overrun() {
        post(events::overrun);
    }

    @Override
    public void down(String why, Link.Hint hint) {
        post(() -> events.down(why, hint));
    }

    @Override
    public void received(TapMessage message) {
        if (message.qos() == 0 && bytes.get() > MAX_BEST_EFFORT_BYTES) {
            dropped.incrementAndGet();
        } else {
            bytes.addAndGet(footprint(message));
            messages.add(message);
        }
        signal.signal();
    }

    private static long footprint(TapMessage message) {
        return OVERHEAD + message.topic().length() + message.payload().remaining() + footprint(message.properties());
    }

    private static long footprint(MessageProperties properties) {
        ByteBuffer correlation = properties.correlationData();
        long bytes = length(properties.contentType())
                + length(properties.responseTopic())
                + (correlation == null ? 0 : correlation.remaining());
        for (MessageProperties.UserProperty property : properties.userProperties()) {
            bytes += OVERHEAD + property.name().length() + property.value().length();
        }
        return bytes;
    }

    private static long length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }

    /** Runs what was reported since, on the agent's thread. */
    void readMail() {
        for (Runnable event = mail.poll(); event != null; event = mail.poll()) {
            event.run();
        }
    }

    /** The oldest message that was not taken; null when there is none. */
    @Nullable
    TapMessage peek() {
        return messages.peek();
    }

    /** Takes the message that {@link #peek} has shown. */
    void take() {
        TapMessage taken = messages.poll();
        if (taken != null) {
            bytes.addAndGet(-footprint(taken));
        }
    }

    /** How many messages were dropped since this was asked last. */
    long takeDropped() {
        return dropped.getAndSet(0);
    }

    int size() {
        return messages.size();
    }

    /** Bytes of memory that the messages take, roughly. */
    long bytes() {
        return bytes.get();
    }
}
