package dev.holdfast.gateway.config;

import java.util.List;

/**
 * A route: which messages go to which sink, and how.
 *
 * @param name its name, unique in the gateway
 * @param topics valid topic filters, at least one
 * @param sink where its messages go
 * @param window how many messages may be sent and not settled, 1 to 65,535
 * @param attempts how often a message that makes the upstream close the connection is tried before it is put aside
 */
public record RouteConfig(String name, List<String> topics, SinkSettings sink, int window, int attempts) {

    /** Copies the list. */
    public RouteConfig {
        topics = List.copyOf(topics);
    }
}
