package dev.holdfast.gateway.ingest.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;

/**
 * Reads the fields of one packet, in place. Never reads beyond the packet: a field that would is a malformed packet
 * (MQTT 5 section 4.13.1). One for each connection, pointed at one packet after the other.
 */
final class PacketReader {

    private ByteBuf in;
    private int at;
    private int end;

    /** Where bytes are put that must be looked at more than once: strings. Grows to the largest seen. */
    private byte[] scratch = new byte[256];

    PacketReader(ByteBuf empty) {
        this.in = empty;
    }

    /** Points the reader at the bytes of a packet behind its fixed header. */
    void reset(ByteBuf buffer, int from, int to) {
        in = buffer;
        at = from;
        end = to;
    }

    ByteBuf buffer() {
        return in;
    }

    int position() {
        return at;
    }

    int end() {
        return end;
    }

    int remaining() {
        return end - at;
    }

    /** Passes over bytes and returns where they began. */
    int skip(int length, String what) {
        if (length > end - at) {
            throw MqttException.malformed(what + " ends behind its packet");
        }
        int from = at;
        at += length;
        return from;
    }

    int readByte(String what) {
        return in.getUnsignedByte(skip(1, what));
    }

    int readShort(String what) {
        return in.getUnsignedShort(skip(2, what));
    }

    long readInt(String what) {
        return in.getUnsignedInt(skip(4, what));
    }

    /** A variable byte integer, section 1.5.5: at most 4 bytes, and the shortest form. */
    int readVarint(String what) {
        int value = 0;
        for (int shift = 0; shift < 28; shift += 7) {
            int b = readByte(what);
            value |= (b & 0x7f) << shift;
            if ((b & 0x80) == 0) {
                if (b == 0 && shift > 0) {
                    throw MqttException.malformed(what + " is not encoded in the fewest bytes");
                }
                return value;
            }
        }
        throw MqttException.malformed(what + " has more than 4 bytes");
    }

    /** A string, checked; returns its length. Its bytes are in {@link #scratch()} until the next string is read. */
    int readStringBytes(String what) {
        int length = readShort(what);
        int from = skip(length, what);
        if (scratch.length < length) {
            scratch = new byte[Math.max(length, scratch.length * 2)];
        }
        in.getBytes(from, scratch, 0, length);
        return length;
    }

    byte[] scratch() {
        return scratch;
    }

    String readString(String what) {
        int length = readStringBytes(what);
        if (!Utf8.isValid(scratch, 0, length)) {
            throw MqttException.malformed(what + " is not a valid UTF-8 string");
        }
        return new String(scratch, 0, length, UTF_8);
    }

    /** Passes over a string and checks it. */
    void skipString(String what) {
        int length = readStringBytes(what);
        if (!Utf8.isValid(scratch, 0, length)) {
            throw MqttException.malformed(what + " is not a valid UTF-8 string");
        }
    }

    byte[] readBinary(String what) {
        int length = readShort(what);
        byte[] bytes = new byte[length];
        in.getBytes(skip(length, what), bytes);
        return bytes;
    }

    /** A packet identifier, which is never 0 (section 2.2.1). */
    int readPacketId(String packet) {
        int packetId = readShort("the packet identifier");
        if (packetId == 0) {
            throw MqttException.protocolError(packet + " has packet identifier 0");
        }
        return packetId;
    }

    void expectEnd(String packet) {
        if (at != end) {
            throw MqttException.malformed(packet + " has " + (end - at) + " bytes too many");
        }
    }
}
