package dev.holdfast.gateway.ingest.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/** Encodes the packets that a server which keeps no subscriptions ever sends. */
final class Packets {

    /** What {@link #writeAcknowledgement} writes at most. */
    static final int MAX_ACKNOWLEDGEMENT_BYTES = 5;

    private static final int SHORT_PACKET_BYTES = 4;
    private static final int MAX_VARINT_BYTES = 4;

    private Packets() {}

    /** PINGRESP. */
    static ByteBuf pingResponse(ByteBufAllocator allocator) {
        return allocator.buffer(2).writeByte(PacketType.PINGRESP << 4).writeByte(0);
    }

    /**
     * PUBACK, PUBREC or PUBCOMP. Success needs no reason code, and is all that 3.1.1 knows; the others are only for
     * MQTT 5.
     */
    static void writeAcknowledgement(ByteBuf out, int type, int packetId, int reasonCode) {
        if (reasonCode == ReasonCode.SUCCESS) {
            out.writeInt(type << 28 | 2 << 16 | packetId);
        } else {
            out.writeByte(type << 4).writeByte(3).writeShort(packetId).writeByte(reasonCode);
        }
    }

    /** CONNACK of 3.1.1. */
    static ByteBuf connectAcknowledgement3(ByteBufAllocator allocator, boolean sessionPresent, int returnCode) {
        return allocator
                .buffer(SHORT_PACKET_BYTES)
                .writeByte(PacketType.CONNACK << 4)
                .writeByte(2)
                .writeByte(sessionPresent ? 1 : 0)
                .writeByte(returnCode);
    }

    /** CONNACK of MQTT 5 with these properties, which are released. */
    static ByteBuf connectAcknowledgement5(
            ByteBufAllocator allocator, boolean sessionPresent, int reasonCode, ByteBuf properties) {
        try {
            ByteBuf body = allocator
                    .buffer(2 + MAX_VARINT_BYTES + properties.readableBytes())
                    .writeByte(sessionPresent ? 1 : 0)
                    .writeByte(reasonCode);
            writeProperties(body, properties);
            return packet(allocator, PacketType.CONNACK, body);
        } finally {
            properties.release();
        }
    }

    /** CONNACK of MQTT 5 that refuses. */
    static ByteBuf connectRefusal5(ByteBufAllocator allocator, int reasonCode, String reason, long maximumPacketSize) {
        ByteBuf body = allocator.buffer().writeByte(0).writeByte(reasonCode);
        writeReason(allocator, body, reason, maximumPacketSize);
        return packet(allocator, PacketType.CONNACK, body);
    }

    /** DISCONNECT of MQTT 5. */
    static ByteBuf disconnect(ByteBufAllocator allocator, int reasonCode, String reason, long maximumPacketSize) {
        ByteBuf body = allocator.buffer().writeByte(reasonCode);
        writeReason(allocator, body, reason, maximumPacketSize);
        return packet(allocator, PacketType.DISCONNECT, body);
    }

    /** What tells a client why it is sent away, in the way of its version; null when there is no way. */
    static @Nullable ByteBuf farewell(
            ByteBufAllocator allocator, int version, boolean connected, MqttException why, long maximumPacketSize) {
        boolean mqtt5 = version >= ConnectPacket.MQTT_5; // a later one can be expected to understand this one's form
        if (connected) {
            return mqtt5 ? disconnect(allocator, why.reasonCode(), why.getMessage(), maximumPacketSize) : null;
        }
        if (mqtt5) {
            int reasonCode = ConnectPacket.reasonCode5(why.reasonCode());
            return connectRefusal5(allocator, reasonCode, why.getMessage(), maximumPacketSize);
        }
        int returnCode = version == Protocol.UNKNOWN_VERSION ? 0 : ConnectPacket.returnCode3(why.reasonCode());
        return returnCode > 0 ? connectAcknowledgement3(allocator, false, returnCode) : null;
    }

    /** SUBACK or UNSUBACK of MQTT 5, with the same reason code for each filter. */
    static ByteBuf subscribeAcknowledgement5(
            ByteBufAllocator allocator,
            int type,
            int packetId,
            int filters,
            int reasonCode,
            String reason,
            long maximumPacketSize) {
        ByteBuf body = allocator.buffer().writeShort(packetId);
        writeReason(allocator, body, reason, maximumPacketSize - filters);
        writeRepeated(body, reasonCode, filters);
        return packet(allocator, type, body);
    }

    /** SUBACK of 3.1.1, with the same return code for each filter. */
    static ByteBuf subscribeAcknowledgement3(ByteBufAllocator allocator, int packetId, int filters, int returnCode) {
        ByteBuf body = allocator.buffer().writeShort(packetId);
        writeRepeated(body, returnCode, filters);
        return packet(allocator, PacketType.SUBACK, body);
    }

    /** UNSUBACK of 3.1.1. */
    static ByteBuf unsubscribeAcknowledgement3(ByteBufAllocator allocator, int packetId) {
        ByteBuf out = allocator.buffer(SHORT_PACKET_BYTES);
        writeAcknowledgement(out, PacketType.UNSUBACK, packetId, ReasonCode.SUCCESS);
        return out;
    }

    private static void writeRepeated(ByteBuf out, int code, int times) {
        for (int i = 0; i < times; i++) {
            out.writeByte(code);
        }
    }

    /** A reason string, left out when the packet would be larger than the client takes, sections 3.1.2.11.4. */
    private static void writeReason(ByteBufAllocator allocator, ByteBuf body, String reason, long maximumPacketSize) {
        byte[] text = reason.getBytes(UTF_8);
        boolean fits = body.readableBytes() + text.length + 16L <= maximumPacketSize;
        ByteBuf properties = allocator.buffer(3 + text.length);
        if (fits && text.length > 0) {
            properties
                    .writeByte(PropertyReader.REASON_STRING)
                    .writeShort(text.length)
                    .writeBytes(text);
        }
        writeProperties(body, properties);
        properties.release();
    }

    static void writeString(ByteBuf out, int property, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        out.writeByte(property).writeShort(bytes.length).writeBytes(bytes);
    }

    private static void writeProperties(ByteBuf out, ByteBuf properties) {
        writeVarint(out, properties.readableBytes());
        out.writeBytes(properties);
    }

    private static ByteBuf packet(ByteBufAllocator allocator, int type, ByteBuf body) {
        ByteBuf out = allocator.buffer(1 + MAX_VARINT_BYTES + body.readableBytes());
        out.writeByte(type << 4);
        writeVarint(out, body.readableBytes());
        out.writeBytes(body);
        body.release();
        return out;
    }

    private static void writeVarint(ByteBuf out, int value) {
        int rest = value;
        while (rest > 0x7f) {
            out.writeByte((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.writeByte(rest);
    }
}
