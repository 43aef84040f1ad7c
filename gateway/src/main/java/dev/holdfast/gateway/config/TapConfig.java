package dev.holdfast.gateway.config;

import dev.holdfast.sink.SinkConfig;
import java.util.List;

/**
 * A tap: a subscription at a broker.
 *
 * @param name its name, unique in the gateway
 * @param topics topic filters to subscribe to, perhaps shared ones, at least one
 * @param values values that the {@link dev.holdfast.tap.TapFactory} can use; shows no secret in its text
 */
public record TapConfig(String name, List<String> topics, SinkConfig values) {

    /** Copies the list. */
    public TapConfig {
        topics = List.copyOf(topics);
    }
}
