package dev.holdfast.brokertest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A SOCKS 5 and HTTP proxy as companies have them: wants user name and password, looks the target up itself, and writes
 * down where it was to go. Whatever the target's name is, it goes to this machine.
 */
final class ForwardProxy implements AutoCloseable {

    private static final int SOCKS = 5;
    private static final int BY_PASSWORD = 2;
    private static final int BY_NAME = 3;

    private final ServerSocket listener;
    private final String username;
    private final String password;
    private final Queue<String> requests = new ConcurrentLinkedQueue<>();

    ForwardProxy(String username, String password) {
        this.username = username;
        this.password = password;
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        TcpProxy.daemon(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** What was asked for: {@code socks broker.example:1883} or {@code http broker.example:1883}. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                TcpProxy.daemon(() -> serve(client));
            } catch (IOException e) {
                // it was closed
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            OutputStream out = client.getOutputStream();
            int first = in.readUnsignedByte();
            int port = first == SOCKS ? socks(in, out) : http((char) first + line(in), in, out);
            try (Socket target = new Socket(InetAddress.getLoopbackAddress(), port)) {
                TcpProxy.daemon(() -> copy(target, client));
                copy(client, target);
            }
        } catch (IOException e) {
            // refused, or one side is gone
        }
    }

    private int socks(DataInputStream in, OutputStream out) throws IOException {
        in.skipNBytes(in.readUnsignedByte());
        out.write(new byte[] {SOCKS, BY_PASSWORD});
        in.readUnsignedByte();
        boolean known = List.of(text(in), text(in)).equals(List.of(username, password));
        out.write(new byte[] {1, (byte) (known ? 0 : 1)});
        in.skipNBytes(3);
        if (!known || in.readUnsignedByte() != BY_NAME) {
            throw new IOException("not logged in, or not by name");
        }
        String host = text(in);
        int port = in.readUnsignedShort();
        requests.add("socks " + host + ":" + port);
        out.write(new byte[] {SOCKS, 0, 0, 1, 0, 0, 0, 0, 0, 0});
        return port;
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readUnsignedByte()), ISO_8859_1);
    }

    private int http(String request, DataInputStream in, OutputStream out) throws IOException {
        boolean known = false;
        String login = "Basic " + Base64.getEncoder().encodeToString((username + ":" + password).getBytes(ISO_8859_1));
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            known |= header.equalsIgnoreCase("Proxy-Authorization: " + login) && header.endsWith(login);
        }
        if (!known) {
            out.write("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n".getBytes(ISO_8859_1));
            throw new IOException("not logged in");
        }
        String target = request.split(" ", -1)[1]; // CONNECT host:port HTTP/1.1
        requests.add("http " + target);
        out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(ISO_8859_1));
        return Integer.parseInt(target.substring(target.lastIndexOf(':') + 1));
    }

    private static String line(DataInputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.readUnsignedByte(); c != '\n'; c = in.readUnsignedByte()) {
            line.append((char) c);
        }
        return line.toString().stripTrailing();
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // one side is gone
        } finally {
            TcpProxy.closeQuietly(from);
            TcpProxy.closeQuietly(to);
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
