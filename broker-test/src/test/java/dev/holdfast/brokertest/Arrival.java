package dev.holdfast.brokertest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.List;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/**
 * A PUBLISH as a {@link ScriptedBroker} has received it.
 *
 * @param connection number of the connection, from 1
 * @param packetBytes size of the whole packet
 * @param topic its topic, also when it came as an alias
 * @param payload its payload
 * @param qos its QoS
 * @param retain its retain flag
 * @param duplicate its DUP flag
 * @param properties its properties
 */
record Arrival(
        int connection,
        int packetBytes,
        String topic,
        ByteBuffer payload,
        int qos,
        boolean retain,
        boolean duplicate,
        MqttProperties properties) {

    String text() {
        return UTF_8.decode(payload.duplicate()).toString();
    }

    boolean says(String text) {
        return text().equals(text);
    }

    /** All values of a user property. */
    List<String> userProperty(String name) {
        return properties.getUserProperties().stream()
                .filter(property -> property.getKey().equals(name))
                .map(property -> property.getValue())
                .toList();
    }
}
