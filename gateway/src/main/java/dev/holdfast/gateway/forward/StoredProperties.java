package dev.holdfast.gateway.forward;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.sink.MessageProperties;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the MQTT 5 properties of a stored message: the bytes that the front door checked when the message came in
 * (MQTT 5 section 3.3.2.3), without the topic alias.
 */
final class StoredProperties {

    private static final int PAYLOAD_FORMAT_INDICATOR = 0x01;
    private static final int MESSAGE_EXPIRY_INTERVAL = 0x02;
    private static final int CONTENT_TYPE = 0x03;
    private static final int RESPONSE_TOPIC = 0x08;
    private static final int CORRELATION_DATA = 0x09;
    private static final int USER_PROPERTY = 0x26;

    private static final long UNSIGNED_INT = 0xFFFFFFFFL;

    private StoredProperties() {}

    /**
     * Decodes properties.
     *
     * @param bytes holds them
     * @param offset where they begin
     * @param length how many bytes they have
     * @param ageMillis how long ago the message came in; the expiry is what is left of it, never below 0
     */
    static MessageProperties decode(byte[] bytes, int offset, int length, long ageMillis) {
        if (length == 0) {
            return MessageProperties.NONE;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, offset, length);
        @Nullable Boolean utf8Payload = null;
        @Nullable Long expirySeconds = null;
        @Nullable String contentType = null;
        @Nullable String responseTopic = null;
        @Nullable ByteBuffer correlationData = null;
        List<MessageProperties.UserProperty> userProperties = new ArrayList<>();
        while (in.hasRemaining()) {
            int property = in.get();
            switch (property) {
                case PAYLOAD_FORMAT_INDICATOR -> utf8Payload = in.get() == 1;
                case MESSAGE_EXPIRY_INTERVAL ->
                    expirySeconds = Math.max(0, (in.getInt() & UNSIGNED_INT) - ageMillis / 1_000);
                case CONTENT_TYPE -> contentType = text(in);
                case RESPONSE_TOPIC -> responseTopic = text(in);
                case CORRELATION_DATA -> correlationData = binary(in).asReadOnlyBuffer();
                case USER_PROPERTY -> userProperties.add(new MessageProperties.UserProperty(text(in), text(in)));
                default -> throw new IllegalStateException("a stored message has property " + property);
            }
        }
        return new MessageProperties(
                utf8Payload, expirySeconds, contentType, responseTopic, correlationData, userProperties);
    }

    private static ByteBuffer binary(ByteBuffer in) {
        int length = in.getShort() & 0xffff;
        ByteBuffer slice = in.slice(in.position(), length);
        in.position(in.position() + length);
        return slice;
    }

    private static String text(ByteBuffer in) {
        return UTF_8.decode(binary(in)).toString();
    }
}
