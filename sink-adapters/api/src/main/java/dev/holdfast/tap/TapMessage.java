package dev.holdfast.tap;

import dev.holdfast.sink.MessageProperties;
import java.nio.ByteBuffer;

/**
 * A message as it came from a broker.
 *
 * @param topic its topic
 * @param payload its payload, a read-only view
 * @param qos 0, 1 or 2
 * @param retain its retain flag
 * @param properties its MQTT 5 properties
 * @param acknowledgement tells the broker that the message is safe, once and on any thread; does nothing for QoS 0, or when
 *     the link is not there any more
 */
public record TapMessage(
        String topic,
        ByteBuffer payload,
        int qos,
        boolean retain,
        MessageProperties properties,
        Runnable acknowledgement) {}
