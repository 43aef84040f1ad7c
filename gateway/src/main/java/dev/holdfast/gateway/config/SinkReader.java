package dev.holdfast.gateway.config;

import dev.holdfast.sink.Sink;
import dev.holdfast.sink.SinkConfigException;
import dev.holdfast.sink.SinkContext;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

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

    /**
     * A sink whose values its adapter can use.
     *
     * @param addresses where it goes
     * @param filters topic filters that cover what it publishes there; none for a sink that is no broker
     * @param stamps whether what it publishes carries the identity
     */
    record Read(SinkSettings settings, List<String> addresses, List<String> filters, boolean stamps) {}

    /**
     * The sink of a route; empty after a problem.
     *
     * @param topics the filters of the route
     */
    Optional<Read> read(Fields route, SinkContext context, List<String> topics) {
        int before = problems.count();
        return route.require(Layout.SINK)
                .flatMap(sink -> sink.require(Layout.SINK_TYPE.as(types.byName()))
                        .flatMap(type -> read(sink, type, context, topics, before)));
    }

    private Optional<Read> read(Fields sink, String type, SinkContext context, List<String> topics, int before) {
        OptionValues values = OptionValues.read(sink, types.factory(type).options(), List.of(Layout.SINK_TYPE.name()));
        SinkSettings settings = new SinkSettings(type, values.values());
        return problems.count() > before ? Optional.empty() : tryOut(settings, context, sink, topics, values);
    }

    /** Has the adapter make a sink, which leaves the network alone. */
    private Optional<Read> tryOut(
            SinkSettings settings, SinkContext context, Fields sink, List<String> topics, OptionValues values) {
        try (Sink made = types.factory(settings.type()).open(settings.values(), context)) {
            made.addresses().stream()
                    .filter(address -> listeners.stream().anyMatch(listener -> Addresses.leadsTo(address, listener)))
                    .findFirst()
                    .ifPresent(
                            address -> problems.add(
                                    sink.place(),
                                    sink.path() + " leads to " + address + ", where this gateway listens itself",
                                    "every message would come back for ever; change the address of the sink, or of the listener"));
            return Optional.of(new Read(settings, made.addresses(), made.publishes(topics), made.stamps()));
        } catch (SinkConfigException e) {
            problems.add(
                    sink.place(e.option()).orElse(sink.place()),
                    sink.path(e.option()) + ": " + values.withoutSecrets(String.valueOf(e.getMessage())));
            return Optional.empty();
        }
    }
}
