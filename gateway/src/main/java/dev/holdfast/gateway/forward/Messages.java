package dev.holdfast.gateway.forward;

import dev.holdfast.gateway.journal.ChunkReader;
import dev.holdfast.sink.Identity;
import dev.holdfast.sink.Message;
import dev.holdfast.sink.MessageProperties;
import java.nio.ByteBuffer;
import java.time.Instant;

/** Makes what a sink is given from what is stored. */
final class Messages {

    private final String gateway;

    Messages(String gateway) {
        this.gateway = gateway;
    }

    /** The message at which the feed stands; its payload is a view of the chunk that was read, not a copy. */
    Message read(Feed feed, long gatewayMillis) {
        ChunkReader stored = feed.message();
        MessageProperties properties = StoredProperties.decode(
                stored.bytes(),
                stored.propertiesOffset(),
                stored.propertiesLength(),
                gatewayMillis - stored.receivedMillis());
        ByteBuffer payload = ByteBuffer.wrap(stored.bytes(), stored.payloadOffset(), stored.payloadLength())
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
