package dev.holdfast.sink;

import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * A message to be delivered. Immutable; the payload is a read-only view that each reader duplicates before moving it.
 *
 * @param identity by which consumers tell it from others
 * @param topic its topic as the device published it
 * @param payload its payload
 * @param qos its QoS as the device published it: 0, 1 or 2
 * @param retain its retain flag as the device set it
 * @param properties its MQTT 5 properties; {@link MessageProperties#NONE} when it has none
 * @param clientId id of the device's client; empty when it is not known
 * @param received when it came in, by the gateway's wall clock
 * @param receivedClockSynced whether that clock was synchronised
 */
public record Message(
        Identity identity,
        String topic,
        ByteBuffer payload,
        int qos,
        boolean retain,
        MessageProperties properties,
        String clientId,
        Instant received,
        boolean receivedClockSynced) {}
