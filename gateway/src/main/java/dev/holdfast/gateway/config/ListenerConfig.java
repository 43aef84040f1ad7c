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
 * @param broker the broker that it stands before as a gate
 * @param store topic filters of what it stores as a gate; empty for everything
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
        Optional<BrokerAddress> broker,
        List<String> store) {

    /** Copies the lists. */
    public ListenerConfig {
        origins = List.copyOf(origins);
        store = List.copyOf(store);
    }

    /** Whether, as a gate, it may store a message that matches one of the filters of a tap. */
    boolean stores(List<String> filters) {
        return store.isEmpty()
                || filters.stream()
                        .map(TopicFilters::withoutGroup)
                        .anyMatch(filter -> store.stream().anyMatch(own -> TopicFilters.overlap(own, filter)));
    }
}
