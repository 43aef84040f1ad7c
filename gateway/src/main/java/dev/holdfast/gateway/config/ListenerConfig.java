package dev.holdfast.gateway.config;

import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * One way in.
 *
 * @param scheme mqtt, mqtts, ws, wss or unix
 * @param bind where to listen: an {@link java.net.InetSocketAddress}, port 0 lets the system choose, unresolved when the
 *     file names a host other than localhost, because reading a configuration asks no name server; or a
 *     {@link java.net.UnixDomainSocketAddress}
 * @param maxPacketBytes largest packet that is taken, fixed header included
 * @param tls certificate and trust, for mqtts and wss
 * @param path where WebSockets are served
 * @param origins pages from which a browser may open one
 * @param open whether clients may come in that do not say who they are
 * @param anonymous whether the file says so
 * @param proxyProtocol whether a proxy stands before it
 * @param gate what makes it a gate; empty where the gateway is the server itself
 */
public record ListenerConfig(
        String scheme,
        SocketAddress bind,
        int maxPacketBytes,
        Optional<TlsConfig> tls,
        String path,
        List<String> origins,
        boolean open,
        boolean anonymous,
        boolean proxyProtocol,
        Optional<GateConfig> gate) {

    /** Copies the list. */
    public ListenerConfig {
        origins = List.copyOf(origins);
    }

    /** The same, with or without clients that do not say who they are. */
    ListenerConfig opened(boolean toEverybody) {
        return new ListenerConfig(
                scheme, bind, maxPacketBytes, tls, path, origins, toEverybody, anonymous, proxyProtocol, gate);
    }
}
