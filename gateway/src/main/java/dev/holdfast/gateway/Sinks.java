package dev.holdfast.gateway;

import dev.holdfast.gateway.config.Adapters;
import dev.holdfast.gateway.config.GatewayConfig;
import dev.holdfast.gateway.config.RouteConfig;
import dev.holdfast.gateway.time.Clock;
import dev.holdfast.sink.Sink;
import dev.holdfast.sink.SinkConfigException;
import dev.holdfast.sink.SinkContext;
import dev.holdfast.sink.SinkFactory;
import java.util.ArrayList;
import java.util.List;

/** Makes the sinks of a configuration. */
public final class Sinks {

    private Sinks() {}

    /** The sinks of the routes, in their order. Does no I/O. */
    public static List<Sink> open(GatewayConfig config, Adapters adapters, Clock clock) {
        List<Sink> sinks = new ArrayList<>();
        for (RouteConfig route : config.routes()) {
            SinkContext context = new SinkContext(config.gatewayId(), route.name(), clock::nanoTime);
            try {
                sinks.add(factory(route, adapters.sinks()).open(route.sink().values(), context));
            } catch (SinkConfigException e) {
                throw new IllegalStateException("the sink of route " + route.name() + " was checked before", e);
            }
        }
        return sinks;
    }

    private static SinkFactory factory(RouteConfig route, List<SinkFactory> factories) {
        for (SinkFactory factory : factories) {
            if (factory.type().equals(route.sink().type())) {
                return factory;
            }
        }
        throw new IllegalStateException(
                "there is no adapter for " + route.sink().type());
    }
}
