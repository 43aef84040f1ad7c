package dev.holdfast.gateway.ingest.mqtt;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts what happens at the front door. Thread-safe. */
public final class FrontDoorStats {

    private final AtomicInteger connections = new AtomicInteger();
    private final LongAdder connects = new LongAdder();
    private final LongAdder acknowledged = new LongAdder();
    private final LongAdder bestEffort = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder refusedForSpace = new LongAdder();
    private final AtomicInteger heldBack = new AtomicInteger();
    private final LongAdder badPackets = new LongAdder();
    private final Map<Limit, LongAdder> limits = new EnumMap<>(Limit.class);

    FrontDoorStats() {
        for (Limit limit : Limit.values()) {
            limits.put(limit, new LongAdder());
        }
    }

    /** Connections that are open now. */
    public int connections() {
        return connections.get();
    }

    /** CONNECTs that were accepted. */
    public long connects() {
        return connects.sum();
    }

    /** QoS 1 and 2 messages that are durable and acknowledged. */
    public long acknowledged() {
        return acknowledged.sum();
    }

    /** QoS 0 messages that were taken, outside the promise. */
    public long bestEffort() {
        return bestEffort.sum();
    }

    /** Messages that were refused with a reason. */
    public long refused() {
        return refused.sum();
    }

    /** Those of them for which there was no room. */
    public long refusedForSpace() {
        return refusedForSpace.sum();
    }

    /** Connections from which nothing is read now, because there is no room for what they send. */
    public int heldBack() {
        return heldBack.get();
    }

    /** Connections that were ended for what they sent. */
    public long badPackets() {
        return badPackets.sum();
    }

    /** How often clients ran into each limit since the start, those into which nobody did left out. */
    public Map<Limit, Long> limits() {
        Map<Limit, Long> counts = new EnumMap<>(Limit.class);
        limits.forEach((limit, count) -> {
            if (count.sum() > 0) {
                counts.put(limit, count.sum());
            }
        });
        return counts;
    }

    void count(@Nullable Limit limit) {
        LongAdder counter = limit == null ? null : limits.get(limit);
        if (counter != null) {
            counter.increment();
        }
    }

    void opened() {
        connections.incrementAndGet();
    }

    void closed() {
        connections.decrementAndGet();
    }

    void countConnected() {
        connects.increment();
    }

    void countAcknowledged(int messages) {
        acknowledged.add(messages);
    }

    void countBestEffort() {
        bestEffort.increment();
    }

    void countRefused() {
        refused.increment();
    }

    void countRefusedForSpace() {
        refusedForSpace.increment();
        refused.increment();
    }

    void changeHeldBack(int by) {
        heldBack.addAndGet(by);
    }

    void countBadPacket() {
        badPackets.increment();
    }
}
