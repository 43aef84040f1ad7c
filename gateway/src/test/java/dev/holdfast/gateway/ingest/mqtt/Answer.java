package dev.holdfast.gateway.ingest.mqtt;

import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnAckVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttUnsubAckMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A packet from the server as a test wants to compare it.
 *
 * @param summary type, packet id and reason codes, like {@code PUBACK 7 0x90}; a code of 0 is left out, and a present
 *     session is told as {@code CONNACK present}
 * @param properties its MQTT 5 properties
 * @param bytes how many bytes it had
 */
record Answer(String summary, MqttProperties properties, int bytes) {

    static Answer decode(MqttVersion version, byte[] packet) {
        MqttMessage message = NettyCodec.decode(version, packet);
        String type = message.fixedHeader().messageType().name();
        Object header = message.variableHeader();
        if (message instanceof MqttConnAckMessage) {
            MqttConnAckVariableHeader connAck = (MqttConnAckVariableHeader) header;
            String present = connAck.isSessionPresent() ? " present" : "";
            return new Answer(
                    type + present + code(connAck.connectReturnCode().byteValue()),
                    connAck.properties(),
                    packet.length);
        }
        if (header instanceof MqttPubReplyMessageVariableHeader reply) {
            return new Answer(
                    type + " " + reply.messageId() + code(reply.reasonCode()), reply.properties(), packet.length);
        }
        if (header instanceof MqttReasonCodeAndPropertiesVariableHeader reason) {
            return new Answer(type + code(reason.reasonCode()), reason.properties(), packet.length);
        }
        if (header instanceof MqttMessageIdVariableHeader id) {
            MqttProperties properties = id instanceof MqttMessageIdAndPropertiesVariableHeader more
                    ? more.properties()
                    : MqttProperties.NO_PROPERTIES;
            return new Answer(type + " " + id.messageId() + codes(version, message), properties, packet.length);
        }
        return new Answer(type, MqttProperties.NO_PROPERTIES, packet.length);
    }

    private static String code(byte code) {
        return code == 0 ? "" : " 0x%02x".formatted(code & 0xff);
    }

    private static String codes(MqttVersion version, MqttMessage message) {
        if (message instanceof MqttSubAckMessage subAck) {
            return " " + hex(subAck.payload().reasonCodes());
        }
        if (message instanceof MqttUnsubAckMessage unsubAck && version == MqttVersion.MQTT_5) {
            return " "
                    + hex(unsubAck.payload().unsubscribeReasonCodes().stream()
                            .map(Short::intValue)
                            .toList());
        }
        return "";
    }

    private static String hex(List<Integer> codes) {
        return codes.stream().map(code -> "0x%02x".formatted(code & 0xff)).collect(Collectors.joining(" "));
    }

    /** A property's value, null when it is not there. */
    @Nullable
    Object property(MqttPropertyType type) {
        MqttProperty<?> property = properties.getProperty(type.value());
        return property == null ? null : property.value();
    }
}
