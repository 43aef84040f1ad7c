package dev.holdfast.gateway.ingest.mqtt;

import dev.holdfast.gateway.journal.Append;
import dev.holdfast.gateway.journal.Fragment;
import dev.holdfast.gateway.journal.Origin;
import dev.holdfast.gateway.journal.Topic;
import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * What a client wants published when it is lost. Kept in memory only: a gateway that is killed has forgotten it, which
 * docs/DELIVERY.md says.
 *
 * @param topic where to
 * @param qos 0, 1 or 2
 * @param retain the retain flag
 * @param delaySeconds how long to wait for the client to come back
 * @param properties its MQTT 5 properties as they came, without the delay
 * @param payload its payload
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
record Will(Topic topic, int qos, boolean retain, long delaySeconds, byte[] properties, byte[] payload) {

    /** Reads the will fields of CONNECT, section 3.1.3. */
    static Will read(
            PacketReader in,
            PropertyReader properties,
            Limits.Messages limits,
            boolean mqtt5,
            int qos,
            boolean retain) {
        long delay = 0;
        byte[] kept = new byte[0];
        if (mqtt5) {
            properties.begin(PropertyReader.OF_WILL);
            int from = in.position();
            int delayFrom = properties.end();
            int delayTo = delayFrom;
            for (int property = properties.next(); property != PropertyReader.END; property = properties.next()) {
                if (property == PropertyReader.WILL_DELAY_INTERVAL) {
                    delay = properties.number();
                    delayFrom = properties.start();
                    delayTo = in.position();
                }
            }
            properties.requireWithinLimits();
            kept = copyWithout(in.buffer(), from, delayFrom, delayTo, properties.end());
        }
        int length = in.readStringBytes("the will topic");
        Topic topic = TopicName.check(in.scratch(), length);
        if (TopicName.isReserved(topic)) {
            throw new MqttException(ReasonCode.TOPIC_NAME_INVALID, "the will topic begins with $");
        }
        Limit passed = TopicName.limitPassed(topic, limits);
        if (passed != null) {
            throw MqttException.beyond(passed, "the will topic passes the limit " + passed.key());
        }
        byte[] payload = in.readBinary("the will payload");
        return new Will(topic, qos, retain, delay, kept, payload);
    }

    private static byte[] copyWithout(ByteBuf buffer, int from, int holeFrom, int holeTo, int to) {
        byte[] bytes = new byte[to - from - (holeTo - holeFrom)];
        buffer.getBytes(from, bytes, 0, holeFrom - from);
        buffer.getBytes(holeTo, bytes, holeFrom - from, to - holeTo);
        return bytes;
    }

    /** The will as a message to be stored. */
    Append toAppend(String clientId, int lane, long gatewayMillis) {
        int size = properties.length + payload.length + 16;
        Fragment fragment = new Fragment(lane, Origin.frontDoor(clientId), gatewayMillis, size);
        fragment.begin(topic, qos, retain, properties.length, payload.length);
        int at = fragment.claim(properties.length);
        System.arraycopy(properties, 0, fragment.buffer(), at, properties.length);
        at = fragment.claim(payload.length);
        System.arraycopy(payload, 0, fragment.buffer(), at, payload.length);
        return new Append(List.of(fragment), List.of(), () -> {});
    }
}
