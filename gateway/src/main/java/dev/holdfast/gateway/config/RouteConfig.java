package dev.holdfast.gateway.config;

import java.time.Duration;
import java.util.List;

/**
 * A route: which messages go to which sink, and how.
 *
 * @param name its name, unique in the gateway
 * @param from where its messages came in
 * @param topics valid topic filters, at least one
 * @param sink where its messages go
 * @param window how many messages may be sent and not settled, 1 to 65,535
 * @param attempts how often a message that makes the upstream close the connection is tried before it is put aside
 * @param ackTimeout how long a connected upstream may acknowledge nothing, 1 s to 1 h
 * @param gaps whether it also gets the gateway's own messages about what was removed undelivered
 */
public record RouteConfig(
        String name,
        RouteFrom from,
        List<String> topics,
        SinkSettings sink,
        int window,
        int attempts,
        Duration ackTimeout,
        boolean gaps) {

    /** Copies the list. */
    public RouteConfig {
        topics = List.copyOf(topics);
    }
}
