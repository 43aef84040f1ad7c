package dev.holdfast.gateway.config;

import dev.holdfast.sink.Option;
import dev.holdfast.sink.Sink;
import dev.holdfast.sink.SinkConfigException;
import dev.holdfast.sink.SinkContext;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Reads a route's sink by the options that its adapter describes. */
final class SinkReader {

    private final SinkTypes types;
    private final List<InetSocketAddress> listeners;
    private final Problems problems;

    SinkReader(SinkTypes types, List<InetSocketAddress> listeners, Problems problems) {
        this.types = types;
        this.listeners = listeners;
        this.problems = problems;
    }

    /** The sink of a route, whose values its adapter can use; empty after a problem. */
    Optional<SinkSettings> read(Fields route, SinkContext context) {
        int before = problems.count();
        return route.require(Layout.SINK)
                .flatMap(sink -> sink.require(Layout.SINK_TYPE.as(types.byName()))
                        .map(type -> read(sink, type, context, before)));
    }

    private SinkSettings read(Fields sink, String type, SinkContext context, int before) {
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
                value.stream()
                        .flatMap(present -> present instanceof List<?> list ? list.stream() : Stream.of(present))
                        .map(Object::toString)
                        .filter(text -> !text.isEmpty())
                        .forEach(secrets::add);
            }
        }
        SinkSettings settings = new SinkSettings(type, new SinkValues(options, values, hidden));
        if (problems.count() == before) {
            tryOut(settings, context, sink, secrets);
        }
        return settings;
    }

    private static Optional<?> value(Fields sink, Key<?> key) {
        if (key.list()) {
            return sink.requireOneOrMore(key);
        }
        return single(sink, key);
    }

    private static <T> Optional<T> single(Fields sink, Key<T> key) {
        if (key.required()) {
            return sink.require(key);
        }
        return key.defaultText() == null ? sink.find(key) : Optional.of(sink.get(key));
    }

    /** Has the adapter make a sink, which leaves the network alone. What it complains of may quote a secret, which is taken out again. */
    private void tryOut(SinkSettings settings, SinkContext context, Fields sink, List<String> secrets) {
        try (Sink made = types.factory(settings.type()).open(settings.values(), context)) {
            made.addresses().stream()
                    .filter(address -> listeners.stream().anyMatch(listener -> Addresses.leadsTo(address, listener)))
                    .findFirst()
                    .ifPresent(
                            address -> problems.add(
                                    sink.place(),
                                    sink.path() + " leads to " + address + ", where this gateway listens itself",
                                    "every message would come back for ever; change the address of the sink, or of the listener"));
        } catch (SinkConfigException e) {
            String message = String.valueOf(e.getMessage());
            for (String secret : secrets) {
                message = message.replace(secret, "***");
            }
            problems.add(sink.place(e.option()).orElse(sink.place()), sink.path(e.option()) + ": " + message);
        }
    }
}
