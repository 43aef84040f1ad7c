package dev.holdfast.gateway.config;

import dev.holdfast.sink.SinkConfig;
import dev.holdfast.sink.SinkConfigException;
import java.util.function.Function;

/**
 * What a route's sink is made from.
 *
 * @param type which {@link dev.holdfast.sink.SinkFactory} makes it
 * @param values each checked by itself, but not yet together; shows no secret in its text
 * @param locator makes a problem of what the factory finds wrong with the values together, at the place in the file
 *     that is to be changed; use {@link #problem}
 */
public record SinkSettings(String type, SinkConfig values, Function<SinkConfigException, Problem> locator) {

    /** What {@code SinkFactory.open} complained about, at its place in the file. */
    public Problem problem(SinkConfigException complaint) {
        return locator.apply(complaint);
    }

    @Override
    public String toString() {
        return type + values;
    }
}
