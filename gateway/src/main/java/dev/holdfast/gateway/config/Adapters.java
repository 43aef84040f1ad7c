package dev.holdfast.gateway.config;

import dev.holdfast.sink.SinkFactory;
import dev.holdfast.tap.TapFactory;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * The adapters there are.
 *
 * @param sinks those that make sinks, each of a type of its own
 * @param taps the one that makes taps
 */
public record Adapters(List<SinkFactory> sinks, Optional<TapFactory> taps) {

    /** None at all. */
    public static final Adapters NONE = new Adapters(List.of(), Optional.empty());

    /** Copies the list. */
    public Adapters {
        sinks = List.copyOf(sinks);
    }

    /** Those on the class path. */
    public static Adapters load() {
        return new Adapters(
                ServiceLoader.load(SinkFactory.class).stream()
                        .map(ServiceLoader.Provider::get)
                        .toList(),
                ServiceLoader.load(TapFactory.class).findFirst());
    }
}
