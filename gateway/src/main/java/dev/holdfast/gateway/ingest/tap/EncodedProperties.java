package dev.holdfast.gateway.ingest.tap;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.sink.MessageProperties;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Writes the properties of a message as they stand in PUBLISH, which is how they are stored (MQTT 5 section 3.3.2.3). */
final class EncodedProperties {

    private static final int PAYLOAD_FORMAT_INDICATOR = 0x01;
    private static final int MESSAGE_EXPIRY_INTERVAL = 0x02;
    private static final int CONTENT_TYPE = 0x03;
    private static final int RESPONSE_TOPIC = 0x08;
    private static final int CORRELATION_DATA = 0x09;
    private static final int USER_PROPERTY = 0x26;

    private static final byte[] NONE = {};

    private EncodedProperties() {}

    static byte[] of(MessageProperties properties) {
        if (properties.equals(MessageProperties.NONE)) {
            return NONE;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            Boolean utf8 = properties.utf8Payload();
            if (utf8 != null) {
                out.writeByte(PAYLOAD_FORMAT_INDICATOR);
                out.writeByte(utf8 ? 1 : 0);
            }
            Long expiry = properties.expirySeconds();
            if (expiry != null) {
                out.writeByte(MESSAGE_EXPIRY_INTERVAL);
                out.writeInt(expiry.intValue());
            }
            write(CONTENT_TYPE, bytes(properties.contentType()), out);
            write(RESPONSE_TOPIC, bytes(properties.responseTopic()), out);
            ByteBuffer correlation = properties.correlationData();
            write(CORRELATION_DATA, correlation == null ? null : bytes(correlation), out);
            for (MessageProperties.UserProperty property : properties.userProperties()) {
                out.writeByte(USER_PROPERTY);
                write(property.name().getBytes(UTF_8), out);
                write(property.value().getBytes(UTF_8), out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static byte @Nullable [] bytes(@Nullable String text) {
        return text == null ? null : text.getBytes(UTF_8);
    }

    static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static void write(int property, byte @Nullable [] value, DataOutputStream out) throws IOException {
        if (value != null) {
            out.writeByte(property);
            write(value, out);
        }
    }

    private static void write(byte[] value, DataOutputStream out) throws IOException {
        out.writeShort(value.length);
        out.write(value);
    }
}
