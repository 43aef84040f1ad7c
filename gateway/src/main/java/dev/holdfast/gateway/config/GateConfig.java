package dev.holdfast.gateway.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What makes a listener a gate.
 *
 * @param broker the broker that it stands before
 * @param tls what TLS to the broker needs; empty when it is reached without
 * @param proxyProtocol whether the broker is told by PROXY protocol where a device is
 * @param store topic filters of what is stored; empty for everything
 * @param passesWhenFull whether what finds no room is passed on without being stored, and counted as a gap
 */
public record GateConfig(
        BrokerAddress broker, Optional<Tls> tls, boolean proxyProtocol, List<String> store, boolean passesWhenFull) {

    /**
     * The files that TLS to a broker needs. None of them is read by reading the configuration.
     *
     * @param authorities whose certificates a broker may show, PEM; the system's when empty
     * @param own what is shown to the broker
     */
    public record Tls(Optional<Path> authorities, Optional<Pair> own) {}

    /**
     * A certificate and its private key, PEM.
     *
     * @param certificate the certificate and its chain
     * @param key its key
     */
    public record Pair(Path certificate, Path key) {}

    /** Copies the list. */
    public GateConfig {
        store = List.copyOf(store);
    }

    /** Whether it may store a message that matches one of the filters of a tap. */
    boolean stores(List<String> filters) {
        return store.isEmpty()
                || filters.stream()
                        .map(TopicFilters::withoutGroup)
                        .anyMatch(filter -> store.stream().anyMatch(own -> TopicFilters.overlap(own, filter)));
    }
}
