package dev.holdfast.gateway.ingest.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.AttributeKey;
import java.util.Comparator;
import java.util.List;

/** Netty's codec for MQTT, as the independent judge of ours. */
final class NettyCodec {

    private static final AttributeKey<MqttVersion> VERSION = AttributeKey.valueOf("NETTY_CODEC_MQTT_VERSION");
    /** Of heap memory that nobody watches, so that tests need not release what they look at. */
    static final UnpooledByteBufAllocator ALLOCATOR = new UnpooledByteBufAllocator(false, true);

    private static final int MAX_BYTES = 8 << 20;

    private NettyCodec() {}

    static byte[] encode(MqttVersion version, MqttMessage message) {
        EmbeddedChannel channel = channel(version, MqttEncoder.INSTANCE);
        channel.writeOutbound(message);
        ByteBuf out = channel.readOutbound();
        try {
            return ByteBufUtil.getBytes(out);
        } finally {
            out.release();
            channel.finishAndReleaseAll();
        }
    }

    /** Decodes one packet, which must be all of the bytes. */
    static MqttMessage decode(MqttVersion version, byte[] bytes) {
        EmbeddedChannel channel = channel(version, new MqttDecoder(MAX_BYTES));
        channel.writeInbound(Unpooled.wrappedBuffer(bytes));
        MqttMessage message = channel.readInbound();
        if (message == null || message.decoderResult().isFailure()) {
            throw new AssertionError("not a packet: " + ByteBufUtil.hexDump(bytes)
                    + (message == null ? "" : " " + message.decoderResult().cause()));
        }
        channel.finish();
        return message;
    }

    private static EmbeddedChannel channel(MqttVersion version, ChannelHandler codec) {
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.config().setAllocator(ALLOCATOR);
        channel.attr(VERSION).set(version);
        channel.pipeline().addLast(codec);
        return channel;
    }

    static byte[] publish(
            MqttVersion version,
            int qos,
            boolean retain,
            int packetId,
            String topic,
            MqttProperties properties,
            byte[] payload) {
        return encode(
                version,
                new MqttPublishMessage(
                        new MqttFixedHeader(MqttMessageType.PUBLISH, false, MqttQoS.valueOf(qos), retain, 0),
                        new MqttPublishVariableHeader(topic, packetId, properties),
                        Unpooled.wrappedBuffer(payload)));
    }

    /** Properties in the order of their identifiers, to be compared. */
    static List<String> describe(MqttProperties properties) {
        return properties.listAll().stream()
                .sorted(Comparator.comparing(property -> property.propertyId()))
                .map(property -> property.propertyId() + "=" + describe(property.value()))
                .toList();
    }

    private static String describe(Object value) {
        return value instanceof byte[] bytes ? ByteBufUtil.hexDump(bytes) : value.toString();
    }
}
