package dev.holdfast.gateway.config;

import dev.holdfast.sink.SinkContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the routes, and refuses those that would feed a tap with what they send. */
final class RouteReader {

    private final SinkReader sinks;
    private final ListenConfig listen;
    private final List<TapReader.Read> taps;
    private final Problems problems;

    RouteReader(SinkTypes types, ListenConfig listen, List<TapReader.Read> taps, Problems problems) {
        this.sinks = new SinkReader(types, listen.binds(), problems);
        this.listen = listen;
        this.taps = taps;
        this.problems = problems;
    }

    /** The routes of the file, those that could be read. */
    List<RouteConfig> read(List<Fields> all, String gatewayId) {
        List<RouteConfig> routes = new ArrayList<>();
        Names names = new Names("route", "its progress", problems);
        for (Fields route : all) {
            Optional<String> name = route.require(Layout.ROUTE_NAME);
            Optional<List<String>> topics = route.requireList(Layout.ROUTE_TOPICS);
            List<String> from = route.findList(Layout.ROUTE_FROM);
            from.forEach(entrance -> checkEntrance(entrance, route));
            Optional<SinkReader.Read> sink =
                    sinks.read(route, new SinkContext(gatewayId, name.orElse("unnamed")), topics.orElse(List.of()));
            int window = route.get(Layout.ROUTE_WINDOW);
            int attempts = route.get(Layout.ROUTE_ATTEMPTS);
            Duration ackTimeout = route.get(Layout.ROUTE_ACK_TIMEOUT);
            boolean gaps = route.get(Layout.ROUTE_GAPS);
            name.ifPresent(text -> names.add(text, route));
            if (name.isPresent() && topics.isPresent() && sink.isPresent()) {
                RouteFrom entrances = entrances(route, from, sink.get());
                taps.forEach(tap -> checkLoop(route, entrances, sink.get(), tap));
                routes.add(new RouteConfig(
                        name.get(),
                        entrances,
                        topics.get(),
                        sink.get().settings(),
                        window,
                        attempts,
                        ackTimeout,
                        gaps));
            }
        }
        return routes;
    }

    private void checkEntrance(String entrance, Fields route) {
        List<String> known = new ArrayList<>(List.of(RouteFrom.FRONT_DOOR));
        taps.forEach(tap -> known.add(tap.config().name()));
        if (!known.contains(entrance)) {
            problems.add(
                    route.place(Layout.ROUTE_FROM.name()).orElse(route.place()),
                    route.path(Layout.ROUTE_FROM.name()) + " " + Shown.quoted(entrance)
                            + " is neither front-door nor the name of a tap",
                    Nearest.suggestion(entrance, known) + "allowed: " + String.join(", ", known));
        }
    }

    /** What the route says, or else everything that did not come from the broker to which it sends. */
    private RouteFrom entrances(Fields route, List<String> from, SinkReader.Read sink) {
        if (route.place(Layout.ROUTE_FROM.name()).isPresent()) {
            Set<String> only = new HashSet<>(from);
            if (only.contains(RouteFrom.FRONT_DOOR)) {
                only.add(RouteFrom.GATE);
            }
            return new RouteFrom(true, only);
        }
        Set<String> own = new HashSet<>();
        taps.stream()
                .filter(tap -> Addresses.anySame(sink.addresses(), tap.addresses()))
                .forEach(tap -> own.add(tap.config().name()));
        boolean gate = listen.listeners().stream()
                .flatMap(listener -> listener.gate().stream())
                .anyMatch(found -> Addresses.anySame(
                        sink.addresses(), List.of(found.broker().target())));
        if (gate) {
            own.add(RouteFrom.GATE);
        }
        return new RouteFrom(false, own);
    }

    private void checkLoop(Fields route, RouteFrom entrances, SinkReader.Read sink, TapReader.Read tap) {
        String name = tap.config().name();
        boolean overlaps = Addresses.anySame(sink.addresses(), tap.addresses())
                && sink.filters().stream()
                        .anyMatch(out -> tap.config().topics().stream()
                                .anyMatch(in -> TopicFilters.overlap(out, TopicFilters.withoutGroup(in))));
        if (!overlaps) {
            return;
        }
        if (entrances.only() && entrances.entrances().contains(name)) {
            problems.add(
                    route.place(),
                    route.path() + " sends what tap " + name + " brings back to where " + name + " subscribes",
                    "every message would come back for ever; change sink.topic, or the topics of the tap, or leave "
                            + name + " away in from");
        } else if (!sink.stamps() || !tap.seesIdentity()) {
            problems.add(
                    route.place(),
                    route.path() + " sends to topics of " + String.join(", ", sink.filters()) + ", to which tap " + name
                            + " subscribes at the same broker, and without the stamp nobody sees that they come back",
                    "use MQTT 5 for both and leave stamp as it is; or change sink.topic, or the topics of the tap");
        }
    }
}
