package dev.holdfast.gateway.config;

import dev.holdfast.sink.SinkConfig;

/**
 * What a route's sink is made from.
 *
 * @param type which {@link dev.holdfast.sink.SinkFactory} makes it
 * @param values values that the factory can use; shows no secret in its text
 */
public record SinkSettings(String type, SinkConfig values) {

    @Override
    public String toString() {
        return type + values;
    }
}
