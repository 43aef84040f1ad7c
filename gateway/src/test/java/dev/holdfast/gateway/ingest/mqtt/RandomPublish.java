package dev.holdfast.gateway.ingest.mqtt;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.BinaryProperty;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttProperties.StringProperty;
import io.netty.handler.codec.mqtt.MqttProperties.UserProperty;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Valid PUBLISHes of all kinds, from one connection: what a client may send, and what must be stored of it. */
final class RandomPublish {

    /**
     * A PUBLISH.
     *
     * @param packet its bytes, as Netty encodes them
     * @param acknowledgement the answer it earns, empty with QoS 0
     * @param properties those that must be kept, see {@link NettyCodec#describe}
     * @param payload a character for each byte
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record Sent(
            byte[] packet,
            String acknowledgement,
            String topic,
            int qos,
            boolean retain,
            List<String> properties,
            String payload) {}

    private static final int[] CHARACTERS = {
        'a', 'Z', '/', ' ', '$', 0x1, 0x7f, 0xe4, 0x7ff, 0x800, 0xfeff, 0xffff, 0x1d11e
    };

    private final Random random;
    private final MqttVersion version;
    private final int topicAliasMaximum;
    private final Map<Integer, String> aliases = new HashMap<>();
    private int packetId;

    RandomPublish(Random random, MqttVersion version, int topicAliasMaximum) {
        this.random = random;
        this.version = version;
        this.topicAliasMaximum = topicAliasMaximum;
    }

    Sent next(int maxPayload) {
        int qos = random.nextInt(3);
        int id = ++packetId;
        boolean retain = random.nextBoolean();
        String topic = "t" + text(random.nextInt(4) == 0 ? 600 : 12);
        byte[] payload = new byte[random.nextInt(maxPayload + 1)];
        random.nextBytes(payload);
        MqttProperties properties = version == MqttVersion.MQTT_5 ? properties() : MqttProperties.NO_PROPERTIES;
        List<String> kept = NettyCodec.describe(properties);
        String named = topic;
        if (version == MqttVersion.MQTT_5 && random.nextInt(3) == 0) {
            int alias = 1 + random.nextInt(topicAliasMaximum);
            properties.add(new IntegerProperty(MqttPropertyType.TOPIC_ALIAS.value(), alias));
            if (aliases.containsKey(alias) && random.nextBoolean()) {
                topic = aliases.get(alias);
                named = "";
            } else {
                aliases.put(alias, topic);
            }
        }
        byte[] packet = NettyCodec.publish(version, qos, retain, id, named, properties, payload);
        String acknowledgement = qos == 0 ? "" : (qos == 1 ? "PUBACK " : "PUBREC ") + id;
        return new Sent(packet, acknowledgement, topic, qos, retain, kept, new String(payload, ISO_8859_1));
    }

    private MqttProperties properties() {
        MqttProperties properties = new MqttProperties();
        if (random.nextBoolean()) {
            properties.add(number(MqttPropertyType.PAYLOAD_FORMAT_INDICATOR, random.nextInt(2)));
        }
        if (random.nextBoolean()) {
            properties.add(number(MqttPropertyType.PUBLICATION_EXPIRY_INTERVAL, random.nextInt()));
        }
        if (random.nextBoolean()) {
            properties.add(new StringProperty(MqttPropertyType.CONTENT_TYPE.value(), text(20)));
        }
        if (random.nextBoolean()) {
            properties.add(new StringProperty(MqttPropertyType.RESPONSE_TOPIC.value(), "r" + text(20)));
        }
        if (random.nextBoolean()) {
            byte[] correlation = new byte[random.nextInt(30)];
            random.nextBytes(correlation);
            properties.add(new BinaryProperty(MqttPropertyType.CORRELATION_DATA.value(), correlation));
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            properties.add(new UserProperty(text(5), text(random.nextInt(10) == 0 ? 500 : 5)));
        }
        return properties;
    }

    private static IntegerProperty number(MqttPropertyType type, int value) {
        return new IntegerProperty(type.value(), value);
    }

    private String text(int maxCharacters) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(maxCharacters + 1); i > 0; i--) {
            text.appendCodePoint(CHARACTERS[random.nextInt(CHARACTERS.length)]);
        }
        return text.toString();
    }
}
