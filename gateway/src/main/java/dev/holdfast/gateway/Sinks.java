package dev.holdfast.gateway;

import dev.holdfast.gateway.config.ConfigException;
import dev.holdfast.gateway.config.GatewayConfig;
import dev.holdfast.gateway.config.Problem;
import dev.holdfast.gateway.config.RouteConfig;
import dev.holdfast.sink.Sink;
import dev.holdfast.sink.SinkConfigException;
import dev.holdfast.sink.SinkContext;
import dev.holdfast.sink.SinkFactory;
import java.util.ArrayList;
import java.util.List;

/** Makes the sinks of a configuration, all of them or none. */
public final class Sinks {

    private Sinks() {}

    /**
     * The sinks of the routes, in their order. Does no I/O.
     *
     * @throws ConfigException with all that the factories found wrong
     */
    public static List<Sink> open(GatewayConfig config, List<SinkFactory> factories) {
        List<Sink> sinks = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        for (RouteConfig route : config.routes()) {
            SinkFactory factory = factory(route, factories);
            try {
                sinks.add(factory.open(route.sink().values(), new SinkContext(config.gatewayId(), route.name())));
            } catch (SinkConfigException e) {
                problems.add(route.sink().problem(e));
            }
        }
        if (!problems.isEmpty()) {
            sinks.forEach(Sink::close);
            throw new ConfigException(problems);
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
