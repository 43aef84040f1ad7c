package dev.holdfast.sink;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The MQTT 5 properties of a message, as its publisher set them (MQTT 5 section 3.3.2.3). Immutable.
 *
 * @param utf8Payload whether the publisher says that the payload is UTF-8 text; null when it does not say
 * @param expirySeconds what is left of its lifetime; null when it has no end
 * @param contentType null when there is none
 * @param responseTopic null when there is none
 * @param correlationData a read-only view; null when there is none
 * @param userProperties in their order; names may repeat
 */
public record MessageProperties(
        @Nullable Boolean utf8Payload,
        @Nullable Long expirySeconds,
        @Nullable String contentType,
        @Nullable String responseTopic,
        @Nullable ByteBuffer correlationData,
        List<UserProperty> userProperties) {

    /**
     * A name and a value.
     *
     * @param name the name, which may appear more than once
     * @param value the value
     */
    public record UserProperty(String name, String value) {}

    /** No properties at all. */
    public static final MessageProperties NONE = new MessageProperties(null, null, null, null, null, List.of());

    /** Copies the list. */
    public MessageProperties {
        userProperties = List.copyOf(userProperties);
    }
}
