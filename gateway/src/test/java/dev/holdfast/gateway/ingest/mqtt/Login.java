package dev.holdfast.gateway.ingest.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;

/** A CONNECT in the making. Clean, without a session to be kept, keep alive and will, unless it is told otherwise. */
final class Login {

    private final MqttVersion version;
    private final MqttMessageBuilders.ConnectBuilder connect;
    private final MqttProperties properties = new MqttProperties();

    private Login(MqttVersion version, String clientId) {
        this.version = version;
        this.connect = MqttMessageBuilders.connect()
                .protocolVersion(version)
                .clientId(clientId)
                .cleanSession(true)
                .keepAlive(0);
    }

    static Login mqtt5(String clientId) {
        return new Login(MqttVersion.MQTT_5, clientId);
    }

    static Login mqtt3(String clientId) {
        return new Login(MqttVersion.MQTT_3_1_1, clientId);
    }

    static Login of(MqttVersion version, String clientId) {
        return new Login(version, clientId);
    }

    /** Without clean start; 3.1.1: without clean session. */
    Login resuming() {
        connect.cleanSession(false);
        return this;
    }

    /** With a session that outlives the connection. */
    Login expiry(long seconds) {
        return with(MqttPropertyType.SESSION_EXPIRY_INTERVAL, (int) seconds);
    }

    Login keepAlive(int seconds) {
        connect.keepAlive(seconds);
        return this;
    }

    Login with(MqttPropertyType type, int value) {
        return with(new IntegerProperty(type.value(), value));
    }

    Login with(MqttProperty<?> property) {
        properties.add(property);
        return this;
    }

    Login will(String topic, String payload, int delaySeconds) {
        MqttProperties willProperties = new MqttProperties();
        if (delaySeconds > 0) {
            willProperties.add(new IntegerProperty(MqttPropertyType.WILL_DELAY_INTERVAL.value(), delaySeconds));
        }
        return will(topic, payload, 1, false, willProperties);
    }

    Login will(String topic, String payload, int qos, boolean retain, MqttProperties willProperties) {
        connect.willFlag(true)
                .willTopic(topic)
                .willMessage(payload.getBytes(UTF_8))
                .willQoS(MqttQoS.valueOf(qos))
                .willRetain(retain)
                .willProperties(willProperties);
        return this;
    }

    Login user(String name, String password) {
        connect.hasUser(true).hasPassword(true).username(name).password(password.getBytes(UTF_8));
        return this;
    }

    MqttVersion version() {
        return version;
    }

    byte[] bytes() {
        return NettyCodec.encode(version, connect.properties(properties).build());
    }
}
