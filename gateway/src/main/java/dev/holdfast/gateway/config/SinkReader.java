package dev.holdfast.gateway.config;

import dev.holdfast.sink.Option;
import dev.holdfast.sink.SinkConfigException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Reads a route's sink by the options that its adapter describes. */
final class SinkReader {

    private final SinkTypes types;
    private final Excerpts excerpts;

    SinkReader(SinkTypes types, Excerpts excerpts) {
        this.types = types;
        this.excerpts = excerpts;
    }

    /** The sink of a route; empty after a problem that leaves no sink. */
    Optional<SinkSettings> read(Fields route) {
        return route.require(Layout.SINK)
                .flatMap(sink ->
                        sink.require(Layout.SINK_TYPE.as(types.byName())).map(type -> read(sink, type)));
    }

    private SinkSettings read(Fields sink, String type) {
        List<Option> options = types.factory(type).options();
        List<String> known = new ArrayList<>();
        known.add(Layout.SINK_TYPE.name());
        options.forEach(option -> known.add(option.name()));
        sink.checkKeys(known, List.of());

        Map<String, Object> values = new HashMap<>();
        Set<String> hidden = new HashSet<>();
        List<String> secrets = new ArrayList<>();
        for (Option option : options) {
            Optional<?> value = value(sink, SinkTypes.key(option));
            value.ifPresent(present -> values.put(option.name(), present));
            if (option.secret() || sink.isReference(option.name())) {
                hidden.add(option.name());
                value.map(Object::toString).filter(text -> !text.isEmpty()).ifPresent(secrets::add);
            }
        }
        return new SinkSettings(type, new SinkValues(options, values, hidden), locator(sink, secrets));
    }

    private static <T> Optional<T> value(Fields sink, Key<T> key) {
        if (key.required()) {
            return sink.require(key);
        }
        return key.defaultText() == null ? sink.find(key) : Optional.of(sink.get(key));
    }

    /** Keeps the places, not the text; the adapter's message may quote a secret, so that is taken out again. */
    private Function<SinkConfigException, Problem> locator(Fields sink, List<String> secrets) {
        Problem whole = excerpts.problem(sink.place(), "", "");
        Map<String, Problem> places = new HashMap<>();
        for (String key : sink.keys()) {
            sink.place(key).ifPresent(place -> places.put(key, excerpts.problem(place, "", "")));
        }
        String path = sink.path();
        return complaint -> {
            Problem at = places.getOrDefault(complaint.option(), whole);
            String message = String.valueOf(complaint.getMessage());
            for (String secret : secrets) {
                message = message.replace(secret, "***");
            }
            return new Problem(
                    at.file(),
                    at.line(),
                    at.column(),
                    path + "." + complaint.option() + ": " + message,
                    at.excerpt(),
                    "");
        };
    }
}
