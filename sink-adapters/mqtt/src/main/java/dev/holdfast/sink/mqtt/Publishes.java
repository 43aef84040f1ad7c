package dev.holdfast.sink.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttTopic;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserPropertiesBuilder;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckRestrictions;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PayloadFormatIndicator;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishBuilder;
import dev.holdfast.sink.Identity;
import dev.holdfast.sink.Message;
import dev.holdfast.sink.MessageProperties;
import java.util.HashMap;
import java.util.Map;

/**
 * Makes what is published upstream of what is stored, within what the broker said in CONNACK that it takes. For one link,
 * used by the route's thread.
 */
final class Publishes {

    /** Topics repeat; so many mapped ones are kept. */
    private static final int MAX_TOPICS = 4_096;

    /** What a broker that names no Maximum Packet Size takes: as much as a packet can say. */
    private static final int UNLIMITED = 268_435_460;

    private final MqttSinkSettings settings;
    private final MqttQos maximumQos;
    private final boolean retainAvailable;
    private final int maximumPacketSize;
    private final Map<String, Map<String, MqttTopic>> topics = new HashMap<>();

    Publishes(MqttSinkSettings settings, Mqtt5ConnAckRestrictions broker) {
        this.settings = settings;
        this.maximumQos = broker.getMaximumQos();
        this.retainAvailable = broker.isRetainAvailable();
        this.maximumPacketSize = broker.getMaximumPacketSize();
    }

    /**
     * The publish for a message.
     *
     * @throws UnpublishableException if the broker can never take it
     */
    Mqtt5Publish of(Message message) throws UnpublishableException {
        MqttTopic topic = topic(message.topic(), message.identity().lane());
        String stamp = settings.stamp() ? message.identity().stamp() : "";
        MessageProperties properties = message.properties();
        checkSize(message, topic, stamp);
        Mqtt5PublishBuilder.Complete publish = Mqtt5Publish.builder()
                .topic(topic)
                .payload(message.payload())
                .qos(qos(message))
                .retain(settings.keepRetain() && retainAvailable && message.retain());
        return withProperties(publish, properties)
                .userProperties(userProperties(properties, stamp))
                .build();
    }

    private MqttQos qos(Message message) {
        int wanted = settings.qos().orElse(message.qos());
        return wanted > maximumQos.getCode() ? maximumQos : qosOf(wanted);
    }

    private static MqttQos qosOf(int code) {
        return switch (code) {
            case 0 -> MqttQos.AT_MOST_ONCE;
            case 1 -> MqttQos.AT_LEAST_ONCE;
            default -> MqttQos.EXACTLY_ONCE;
        };
    }

    private MqttTopic topic(String topic, String lane) throws UnpublishableException {
        Map<String, MqttTopic> known = topics.computeIfAbsent(lane, name -> new HashMap<>());
        MqttTopic mapped = known.get(topic);
        if (mapped == null) {
            String name = settings.topic().apply(topic, lane);
            try {
                mapped = MqttTopic.of(name);
            } catch (IllegalArgumentException e) {
                throw new UnpublishableException("its topic upstream would be \"" + name + "\": " + e.getMessage());
            }
            if (known.size() >= MAX_TOPICS) {
                known.clear();
            }
            known.put(topic, mapped);
        }
        return mapped;
    }

    private static Mqtt5PublishBuilder.Complete withProperties(
            Mqtt5PublishBuilder.Complete plain, MessageProperties properties) {
        Mqtt5PublishBuilder.Complete publish = plain;
        Boolean utf8 = properties.utf8Payload();
        if (utf8 != null) {
            publish = publish.payloadFormatIndicator(
                    utf8 ? Mqtt5PayloadFormatIndicator.UTF_8 : Mqtt5PayloadFormatIndicator.UNSPECIFIED);
        }
        Long expiry = properties.expirySeconds();
        if (expiry != null) {
            publish = publish.messageExpiryInterval(expiry);
        }
        return publish.contentType(properties.contentType())
                .responseTopic(properties.responseTopic())
                .correlationData(properties.correlationData());
    }

    private static Mqtt5UserProperties userProperties(MessageProperties properties, String stamp) {
        Mqtt5UserPropertiesBuilder all = Mqtt5UserProperties.builder();
        for (MessageProperties.UserProperty property : properties.userProperties()) {
            all = all.add(property.name(), property.value());
        }
        if (!stamp.isEmpty()) {
            all = all.add(Identity.PROPERTY, stamp);
        }
        return all.build();
    }

    /** Refuses what the broker would close the link for. */
    private void checkSize(Message message, MqttTopic topic, String stamp) throws UnpublishableException {
        if (maximumPacketSize == UNLIMITED) {
            return; // the broker names no limit
        }
        long size = PublishSize.of(message, topic.toString(), Identity.PROPERTY, stamp);
        if (size > maximumPacketSize) {
            throw new UnpublishableException("it needs a packet of " + size
                    + " bytes, the broker's Maximum Packet Size is " + maximumPacketSize);
        }
    }
}
