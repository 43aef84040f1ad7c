package dev.holdfast.brokertest;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** Ports of this machine. */
final class Ports {

    private static final int CONNECT_MILLIS = 1_000;

    /**
     * Where ports are taken from. Linux gives those from 32768 on (ip_local_port_range) to whoever wants any, such as a
     * proxy of another test or the near end of a connection: maybe before the process listens that the port was chosen for,
     * or while it restarts.
     */
    private static final int FIRST = 10_000;

    private static final int END = 32_768;

    /** Tests run in so many JVMs side by side, and each has a share of the ports. */
    private static final int SHARES = 2;

    private static final int SHARE = Integer.getInteger("holdfast.fork", 0) % SHARES;
    private static final int SHARE_PORTS = (END - FIRST) / SHARES;

    /** Another run on this machine begins elsewhere, most likely. */
    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(SHARE_PORTS));

    private Ports() {}

    /** A port that nobody listens on now, that was not given before, and that nobody gets who wants any. */
    static int free() {
        while (true) {
            int port = FIRST + SHARE * SHARE_PORTS + NEXT.getAndIncrement() % SHARE_PORTS;
            if (canListen(port)) {
                return port;
            }
        }
    }

    private static boolean canListen(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether somebody accepts connections. */
    static boolean isOpen(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(address(port), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    static InetSocketAddress address(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }
}
