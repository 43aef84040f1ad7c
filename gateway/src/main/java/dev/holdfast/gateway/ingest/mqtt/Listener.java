package dev.holdfast.gateway.ingest.mqtt;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One way in.
 *
 * @param scheme how a client names it: mqtt, mqtts, ws, wss or unix; it stands for the transport
 * @param bind where it listens: an {@link InetSocketAddress}, port 0 lets the system choose, or a
 *     {@link UnixDomainSocketAddress}
 * @param maxPacketBytes largest packet that is taken, fixed header included
 * @param tls certificate and trust as they are now; null where there is no TLS
 * @param path where WebSockets are served
 * @param origins pages from which a browser may open one; a * stands for all
 * @param anonymous whether clients may come in that do not say who they are
 * @param proxyProtocol whether a proxy stands before it, which tells by PROXY protocol whose connection it is
 * @param broker the broker that it stands before as a gate; null where the gateway is the server itself
 */
public record Listener(
        String scheme,
        SocketAddress bind,
        int maxPacketBytes,
        @Nullable Supplier<ServerTls> tls,
        String path,
        List<String> origins,
        boolean anonymous,
        boolean proxyProtocol,
        @Nullable Broker broker) {

    /** Largest value that {@link #maxPacketBytes} may have: a message must fit into a file of the store. */
    public static final int MAX_PACKET_LIMIT = 4 << 20;

    private static final int DEFAULT_MAX_PACKET = 1 << 20;

    /** Checks what is announced to clients, and copies the list. */
    public Listener {
        Limits.requireBetween(1, MAX_PACKET_LIMIT, maxPacketBytes, "maxPacketBytes");
        origins = List.copyOf(origins);
    }

    /** Plain MQTT on TCP, for everybody who reaches it. */
    public static Listener mqtt(InetSocketAddress bind) {
        return new Listener("mqtt", bind, DEFAULT_MAX_PACKET, null, "", List.of(), true, false, null);
    }

    boolean isWebSocket() {
        return scheme.equals("ws") || scheme.equals("wss");
    }

    /** Its address for people. */
    String describe(SocketAddress bound) {
        if (bound instanceof InetSocketAddress address) {
            InetAddress ip = address.getAddress();
            String host = ip == null ? address.getHostString() : ip.getHostAddress();
            String bracketed = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
            return scheme + "://" + bracketed + ":" + address.getPort() + (isWebSocket() ? path : "");
        }
        return scheme + "://" + bound;
    }
}
