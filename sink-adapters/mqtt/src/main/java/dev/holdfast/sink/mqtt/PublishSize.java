package dev.holdfast.sink.mqtt;

import dev.holdfast.sink.Message;
import dev.holdfast.sink.MessageProperties;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** How many bytes a PUBLISH takes on the wire, MQTT 5 section 3.3. */
final class PublishSize {

    private static final int PACKET_ID = 2;
    private static final int LENGTH = 2;
    private static final int IDENTIFIER = 1;

    private PublishSize() {}

    /** The size of the whole packet, as if it had QoS 1 or 2. */
    static long of(Message message, String topic, String stampName, String stamp) {
        long properties = properties(message.properties());
        if (!stamp.isEmpty()) {
            properties += userProperty(stampName, stamp);
        }
        long body = LENGTH
                + utf8(topic)
                + PACKET_ID
                + varint(properties)
                + properties
                + message.payload().remaining();
        return 1 + varint(body) + body;
    }

    private static long properties(MessageProperties properties) {
        long size = 0;
        size += properties.utf8Payload() == null ? 0 : IDENTIFIER + 1;
        size += properties.expirySeconds() == null ? 0 : IDENTIFIER + Integer.BYTES;
        size += text(properties.contentType());
        size += text(properties.responseTopic());
        ByteBuffer correlation = properties.correlationData();
        size += correlation == null ? 0 : IDENTIFIER + LENGTH + correlation.remaining();
        for (MessageProperties.UserProperty property : properties.userProperties()) {
            size += userProperty(property.name(), property.value());
        }
        return size;
    }

    private static long text(@Nullable String text) {
        return text == null ? 0 : IDENTIFIER + LENGTH + utf8(text);
    }

    private static long userProperty(String name, String value) {
        return IDENTIFIER + LENGTH + utf8(name) + LENGTH + utf8(value);
    }

    private static long varint(long value) {
        return value < 1 << 7 ? 1 : value < 1 << 14 ? 2 : value < 1 << 21 ? 3 : 4;
    }

    /** Bytes of a well-formed text in UTF-8; both halves of a surrogate pair count two. */
    private static long utf8(String text) {
        long bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }
}
