package dev.holdfast.brokertest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.SocketFactory;

/** Clients over bare sockets, which send what they like, and how they like. Used by one thread. */
final class Crowd implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 10_000;
    private static final int CONNACK_BYTES = 2;
    private static final int PUBACK = 4;

    private final SocketFactory factory;
    private final int port;
    private final List<Socket> sockets = new ArrayList<>();

    Crowd(int port) {
        this(SocketFactory.getDefault(), port);
    }

    Crowd(SocketFactory factory, int port) {
        this.factory = factory;
        this.port = port;
    }

    /** 5,000 devices publish for a while, each once a second, and all must arrive upstream. */
    static Command.Result ofFiveThousand(Path directory, String url, String upstream) {
        String options = "--clients 5000 --window 1 --rate 5000 --seconds 5 -o json";
        List<String> command = new ArrayList<>(List.of("bench", "--url", url, "--verify", upstream));
        command.addAll(List.of(options.split(" ")));
        return new Command(directory.resolve("bench")).holdfast(command.toArray(new String[0]));
    }

    /** A CONNECT of MQTT 3.1.1 with a clean session. */
    static byte[] connect(String clientId, int keepAliveSeconds) {
        byte[] id = clientId.getBytes(UTF_8);
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.writeBytes(new byte[] {0x10, (byte) (12 + id.length), 0, 4, 'M', 'Q', 'T', 'T', 4, 2});
        packet.writeBytes(new byte[] {(byte) (keepAliveSeconds >> 8), (byte) keepAliveSeconds, 0, (byte) id.length});
        packet.writeBytes(id);
        return packet.toByteArray();
    }

    /** A PUBLISH with QoS 1 and 3 bytes of payload. */
    static byte[] publish(String topic, int packetId) {
        byte[] name = topic.getBytes(UTF_8);
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.writeBytes(new byte[] {0x32, (byte) (7 + name.length), 0, (byte) name.length});
        packet.writeBytes(name);
        packet.writeBytes(new byte[] {(byte) (packetId >> 8), (byte) packetId, 'a', 'b', 'c'});
        return packet.toByteArray();
    }

    /** So many more come and send something each. */
    void enter(int count, byte[] bytes) {
        for (int i = 0; i < count; i++) {
            try {
                Socket socket = factory.createSocket(InetAddress.getLoopbackAddress(), port);
                sockets.add(socket);
            } catch (IOException e) {
                throw new UncheckedIOException("client " + sockets.size(), e);
            }
            sendIfPresent(sockets.get(sockets.size() - 1), bytes);
        }
    }

    /** One more comes, connects and publishes; says whether it was acknowledged. */
    boolean isServed(String clientId, String topic) {
        try {
            Socket socket = factory.createSocket(InetAddress.getLoopbackAddress(), port);
            sockets.add(socket);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            send(socket, connect(clientId, 0));
            byte[] connack = socket.getInputStream().readNBytes(2 + CONNACK_BYTES);
            if (connack.length < 2 + CONNACK_BYTES || connack[3] != 0) {
                return false;
            }
            send(socket, publish(topic, 1));
            byte[] puback = socket.getInputStream().readNBytes(PUBACK);
            return puback.length == PUBACK && puback[0] == 0x40;
        } catch (IOException e) {
            return false;
        }
    }

    /** All that are still there send some more. */
    void send(byte[] bytes) {
        sockets.forEach(socket -> sendIfPresent(socket, bytes));
    }

    private static void sendIfPresent(Socket socket, byte[] bytes) {
        try {
            send(socket, bytes);
        } catch (IOException e) {
            // it was sent away
        }
    }

    private static void send(Socket socket, byte[] bytes) throws IOException {
        if (bytes.length > 0) {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        }
    }

    /** Waits until all are sent away. */
    void awaitSentAway() {
        for (Socket socket : sockets) {
            try {
                socket.setSoTimeout(TIMEOUT_MILLIS);
                byte[] unused = socket.getInputStream().readAllBytes();
            } catch (IOException e) {
                // by a reset
            }
        }
    }

    /** How many have not been sent away. */
    long present() {
        return sockets.stream().filter(Crowd::isPresent).count();
    }

    private static boolean isPresent(Socket socket) {
        try {
            socket.setSoTimeout(1);
            int read = socket.getInputStream().read();
            while (read >= 0) {
                read = socket.getInputStream().read();
            }
            return false;
        } catch (SocketTimeoutException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        sockets.forEach(TcpProxy::closeQuietly);
        sockets.clear();
    }
}
