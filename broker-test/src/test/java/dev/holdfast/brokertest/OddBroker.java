package dev.holdfast.brokertest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Lets everybody in by MQTT 5 unless it is told otherwise, answers pings, writes down the rest, and says what a test wants it to, whether that is MQTT or not. */
final class OddBroker implements AutoCloseable {

    private static final String CONNACK = "2003000000";
    private static final String PINGRESP = "d000";
    private static final int PINGREQ = 0xc0;

    private final ServerSocket listener;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<String> received = new CopyOnWriteArrayList<>();
    private volatile String greeting = CONNACK;

    OddBroker() {
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        TcpProxy.daemon(this::accept);
    }

    String url() {
        return "mqtt://127.0.0.1:" + listener.getLocalPort();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                TcpProxy.daemon(() -> serve(socket));
            } catch (IOException e) {
                // it was closed
            }
        }
    }

    /** The packets that come are short, and come whole. */
    private void serve(Socket socket) {
        byte[] packet = new byte[1_024];
        try {
            if (socket.getInputStream().read(packet) > 0) {
                sockets.add(socket);
                say(socket, greeting);
            }
            for (int bytes = socket.getInputStream().read(packet);
                    bytes > 0;
                    bytes = socket.getInputStream().read(packet)) {
                if ((packet[0] & 0xff) == PINGREQ) {
                    say(socket, PINGRESP);
                } else {
                    received.add(HexFormat.of().formatHex(packet, 0, bytes));
                }
            }
        } catch (IOException e) {
            // the gate has gone
        }
    }

    /** What it says to a CONNECT from now on. */
    void greetWith(String hex) {
        greeting = hex;
    }

    /** What has come behind CONNECTs. */
    List<String> received() {
        return received;
    }

    /** Sends bytes to the client that came last; false when none has come. */
    boolean sayToLast(String hex) throws IOException {
        if (sockets.isEmpty()) {
            return false;
        }
        say(sockets.get(sockets.size() - 1), hex);
        return true;
    }

    private static void say(Socket socket, String hex) throws IOException {
        socket.getOutputStream().write(HexFormat.of().parseHex(hex));
    }

    @Override
    public void close() {
        sockets.forEach(TcpProxy::closeQuietly);
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
