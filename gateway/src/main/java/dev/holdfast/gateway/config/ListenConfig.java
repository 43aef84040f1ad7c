package dev.holdfast.gateway.config;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * Where messages come in.
 *
 * @param listeners at least one
 * @param limits what clients may do
 */
public record ListenConfig(List<ListenerConfig> listeners, LimitsConfig limits) {

    /** Copies the list. */
    public ListenConfig {
        listeners = List.copyOf(listeners);
    }

    /** The addresses of those that have one. */
    List<InetSocketAddress> binds() {
        return listeners.stream()
                .map(ListenerConfig::bind)
                .filter(InetSocketAddress.class::isInstance)
                .map(InetSocketAddress.class::cast)
                .toList();
    }
}
