package dev.holdfast.gateway.forward;

import dev.holdfast.gateway.journal.ChunkReader;
import dev.holdfast.gateway.time.GatewayClock;
import dev.holdfast.sink.Identity;
import dev.holdfast.sink.Message;
import dev.holdfast.sink.MessageProperties;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;

/** Makes what a sink is given from what is stored. */
final class Messages {

    /** A message that is a smaller part of its chunk than this is copied. */
    private static final int SMALL_PART = 4;

    private final String gateway;
    private final boolean copying;

    /**
     * For one route.
     *
     * @param gateway id of the gateway
     * @param selective whether the route leaves messages out: then a small one in flight must not keep its chunk in memory
     */
    Messages(String gateway, boolean selective) {
        this.gateway = gateway;
        this.copying = selective;
    }

    /** The message at which the feed stands; its payload is a view of the chunk that was read, or a copy. */
    Message read(Feed feed, GatewayClock clock) {
        ChunkReader stored = feed.message();
        byte[] bytes = stored.bytes();
        int from = stored.propertiesOffset(); // the payload follows
        int length = stored.propertiesLength() + stored.payloadLength();
        if (copying && length < bytes.length / SMALL_PART) {
            bytes = Arrays.copyOfRange(bytes, from, from + length);
            from = 0;
        }
        MessageProperties properties =
                StoredProperties.decode(bytes, from, stored.propertiesLength(), clock.age(stored.receivedMillis()));
        ByteBuffer payload = ByteBuffer.wrap(bytes, from + stored.propertiesLength(), stored.payloadLength())
                .slice()
                .asReadOnlyBuffer();
        return new Message(
                new Identity(gateway, feed.laneName(), stored.epoch(), feed.sequence(), feed.previous()),
                stored.topic().name(),
                payload,
                stored.qos(),
                stored.retain(),
                properties,
                stored.origin().clientId(),
                Instant.ofEpochMilli(stored.receivedWallMillis()),
                stored.wallSynced());
    }

    /** Whether its publisher does not want it delivered any more. */
    static boolean isExpired(Message message) {
        Long left = message.properties().expirySeconds();
        return left != null && left == 0;
    }
}
