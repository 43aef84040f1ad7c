package dev.holdfast.gateway.ingest.mqtt;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much memory packets take of which only a part has come in, or that a broker has not answered, over all connections.
 * Beyond the limit no connection may wait for the rest of a large one, and a gate takes no further packet from a client
 * while the broker has one of it. Thread-safe.
 */
final class ReadMemory {

    /** What a connection may always have. */
    static final int SMALL_PACKET_BYTES = 4 << 10;

    private final long limit;
    private final AtomicLong used = new AtomicLong();

    ReadMemory(long limit) {
        this.limit = limit;
    }

    void change(int bytes) {
        used.addAndGet(bytes);
    }

    /** Whether there is room for the rest of a packet of this size. */
    boolean hasRoomFor(int packetBytes) {
        return packetBytes <= SMALL_PACKET_BYTES || hasRoom();
    }

    boolean hasRoom() {
        return used.get() < limit;
    }

    long used() {
        return used.get();
    }
}
