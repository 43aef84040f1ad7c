package dev.holdfast.brokertest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.HexFormat;

/** A client that sends packets byte by byte as a test wants them, and hands out what comes back in hexadecimal. */
final class PacketScript implements Closeable {

    /** How long an answer may take. */
    private static final int TIMEOUT_MILLIS = 10_000;

    private final Socket socket;
    private final DataInputStream in;
    private final boolean mqtt5;

    PacketScript(int port, boolean mqtt5) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
        this.mqtt5 = mqtt5;
    }

    /** The port that it has itself. */
    int localPort() {
        return socket.getLocalPort();
    }

    /** What stands behind the fixed header. */
    interface Body {
        void writeTo(DataOutputStream out) throws IOException;
    }

    PacketScript send(int header, Body body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        body.writeTo(new DataOutputStream(bytes));
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(header);
        int rest = bytes.size();
        do {
            packet.write(rest > 127 ? (rest & 127) + 128 : rest);
            rest >>= 7;
        } while (rest > 0);
        bytes.writeTo(packet);
        socket.getOutputStream().write(packet.toByteArray());
        return this;
    }

    /** CONNECT; flags as in the standard, and a will at topic will/CLIENT when they say so. */
    PacketScript connect(String clientId, int flags) throws IOException {
        return connect(clientId, flags, 60);
    }

    /** The same with a keep alive in seconds. */
    PacketScript connect(String clientId, int flags, int keepAlive) throws IOException {
        return send(0x10, out -> {
            out.writeUTF("MQTT");
            out.writeByte(mqtt5 ? 5 : 4);
            out.writeByte(flags);
            out.writeShort(keepAlive);
            if (mqtt5) {
                out.writeByte(5);
                out.writeByte(0x11);
                out.writeInt((flags & 2) == 0 ? 3_600 : 0);
            }
            out.writeUTF(clientId);
            if ((flags & 4) != 0) {
                properties(out);
                out.writeUTF("will/" + clientId);
                out.writeUTF("gone");
            }
        });
    }

    PacketScript publish(int qos, boolean retain, int packetId, String topic, String payload) throws IOException {
        return send(0x30 | qos << 1 | (retain ? 1 : 0), out -> {
            out.writeUTF(topic);
            if (qos > 0) {
                out.writeShort(packetId);
            }
            properties(out);
            out.write(payload.getBytes(UTF_8));
        });
    }

    PacketScript subscribe(int packetId, String filter, int qos) throws IOException {
        return send(0x82, out -> {
            out.writeShort(packetId);
            properties(out);
            out.writeUTF(filter);
            out.writeByte(qos);
        });
    }

    PacketScript unsubscribe(int packetId, String filter) throws IOException {
        return send(0xa2, out -> {
            out.writeShort(packetId);
            properties(out);
            out.writeUTF(filter);
        });
    }

    /** PUBACK, PUBREC, PUBREL or PUBCOMP, by its first byte. */
    PacketScript answer(int header, int packetId) throws IOException {
        return send(header, out -> out.writeShort(packetId));
    }

    PacketScript ping() throws IOException {
        return send(0xc0, out -> {});
    }

    PacketScript disconnect() throws IOException {
        return send(0xe0, out -> {});
    }

    private void properties(DataOutputStream out) throws IOException {
        if (mqtt5) {
            out.writeByte(0);
        }
    }

    /** As {@link #receive}, for an answer that may take longer. */
    String receiveWithin(Duration timeout) throws IOException {
        socket.setSoTimeout((int) timeout.toMillis());
        try {
            return receive();
        } finally {
            socket.setSoTimeout(TIMEOUT_MILLIS);
        }
    }

    /** The next packet, whole. Fails when none comes in time; empty when the connection is over. */
    String receive() throws IOException {
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        try {
            packet.write(in.readUnsignedByte());
        } catch (EOFException | SocketException e) {
            return "";
        }
        int length = 0;
        int shift = 0;
        int b;
        do {
            b = in.readUnsignedByte();
            packet.write(b);
            length |= (b & 127) << shift;
            shift += 7;
        } while ((b & 128) != 0);
        packet.write(in.readNBytes(length));
        return HexFormat.of().formatHex(packet.toByteArray());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
