package dev.holdfast.gateway.ingest.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A client that sends whatever bytes it is told to and reads packet by packet, on a blocking socket. */
final class RawClient implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 5_000;

    private final Socket socket = new Socket();
    private final InputStream in;
    private final OutputStream out;
    private final MqttVersion version;

    private RawClient(InetSocketAddress address, MqttVersion version, int receiveBuffer) {
        this.version = version;
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            if (receiveBuffer > 0) {
                socket.setReceiveBufferSize(receiveBuffer);
            }
            socket.connect(address, TIMEOUT_MILLIS);
            in = socket.getInputStream();
            out = socket.getOutputStream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static RawClient open(InetSocketAddress address, MqttVersion version) {
        return new RawClient(address, version, 0);
    }

    static RawClient openWithReceiveBuffer(InetSocketAddress address, MqttVersion version, int bytes) {
        return new RawClient(address, version, bytes);
    }

    // --- sending ------------------------------------------------------------------------------------------------

    RawClient send(byte[] bytes) {
        try {
            out.write(bytes);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends bytes in the notation of {@link Wire}. */
    RawClient send(String wire) {
        return send(Wire.bytes(wire));
    }

    RawClient publish(int qos, int packetId, String topic, String payload) {
        return publish(qos, packetId, topic, MqttProperties.NO_PROPERTIES, payload);
    }

    RawClient publish(int qos, int packetId, String topic, MqttProperties properties, String payload) {
        return send(NettyCodec.publish(version, qos, false, packetId, topic, properties, payload.getBytes(UTF_8)));
    }

    RawClient release(int packetId) {
        return send("62 02 %04x".formatted(packetId));
    }

    /** Leaves with DISCONNECT, the way that removes the will. */
    void disconnect() {
        send("e0 00");
        expectClosed();
        close();
    }

    // --- reading ------------------------------------------------------------------------------------------------

    /** Reads a packet and checks what it is, see {@link Answer#summary}. */
    Answer expect(String summary) {
        Answer answer = read();
        assertThat(answer.summary()).isEqualTo(summary);
        return answer;
    }

    /** Sends PINGREQ and checks that its answer is the next packet: all that was sent before earned none by now. */
    RawClient expectNoAnswerYet() {
        send("c0 00");
        expect("PINGRESP");
        return this;
    }

    Answer read() {
        Answer answer = readOrEnd();
        if (answer == null) {
            throw new AssertionError("the connection was closed instead of an answer");
        }
        return answer;
    }

    /** Reads a packet; null when the connection has ended. */
    @Nullable
    Answer readOrEnd() {
        try {
            byte[] packet = readPacket();
            return packet == null ? null : Answer.decode(version, packet);
        } catch (SocketTimeoutException e) {
            throw new AssertionError("nothing came in for " + TIMEOUT_MILLIS + " ms", e);
        } catch (SocketException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte @Nullable [] readPacket() throws IOException {
        int first = in.read();
        if (first < 0) {
            return null;
        }
        byte[] header = new byte[5];
        header[0] = (byte) first;
        int headerBytes = 1;
        int length = 0;
        int b;
        do {
            b = in.read();
            length |= (b & 0x7f) << (7 * (headerBytes - 1));
            header[headerBytes++] = (byte) b;
        } while ((b & 0x80) != 0);
        byte[] packet = Arrays.copyOf(header, headerBytes + length);
        int got = in.readNBytes(packet, headerBytes, length);
        assertThat(got).as("bytes of a packet of %d", length).isEqualTo(length);
        return packet;
    }

    /** Checks that the server has closed without another word. */
    void expectClosed() {
        Answer answer = readOrEnd();
        assertThat(answer == null ? "closed" : answer.summary()).isEqualTo("closed");
    }

    /** Sends bytes and nothing more, and reads until the server has closed as well. */
    void sendAndReadToTheEnd(byte[] bytes) {
        try {
            out.write(bytes);
            socket.shutdownOutput();
            in.readAllBytes();
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the server did not close", e);
        } catch (SocketException e) {
            // it has closed before it had read everything
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Goes away without a word. */
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
