package dev.holdfast.brokertest.bench;

import java.nio.file.Path;
import java.util.List;

/**
 * From devices through a gateway, or through Mosquitto and its bridge, to a subscriber at the same upstream Mosquitto. The
 * gateway has everything on disk before it acknowledges, the bridge has it in memory.
 */
final class ForwardPiece {

    private final Setup setup;
    private final Arrivals arrivals;

    private ForwardPiece(Setup setup, Arrivals arrivals) {
        this.setup = setup;
        this.arrivals = arrivals;
    }

    static List<Figure> run(Setup setup) {
        Path directory = setup.empty("forward");
        try (MosquittoServer upstream =
                        new MosquittoServer(directory.resolve("upstream"), "max_inflight_messages 1000");
                MosquittoServer bridge = new MosquittoServer(directory.resolve("bridge"), bridgeTo(upstream));
                GatewayServer gateway = gatewayTo(directory, upstream);
                Arrivals arrivals = new Arrivals(upstream.port())) {
            ForwardPiece piece = new ForwardPiece(setup, arrivals);
            setup.warm(gateway.url());
            arrivals.await(gateway.stored());
            Load load = piece.load();
            Rounds.Result rates = Rounds.run(
                    setup.mqttRounds(), () -> piece.through(bridge.url()), () -> piece.through(gateway.url()));
            return List.of(Figure.ratio(
                    load.describe() + ", to a subscriber upstream",
                    rates,
                    "Mosquitto and its bridge",
                    Figure.Target.atLeast(0.6)));
        }
    }

    /** A bridge of 2.0.11 with MQTT 5 stops delivering in the middle, so this one has 3.1.1. */
    static String bridgeTo(MosquittoServer upstream) {
        return """
                max_inflight_messages 1000
                connection up
                address 127.0.0.1:%d
                topic # out 1
                bridge_protocol_version mqttv311
                cleansession false
                notifications false
                restart_timeout 1
                """.formatted(upstream.port());
    }

    static GatewayServer gatewayTo(Path directory, MosquittoServer upstream) {
        return new GatewayServer(
                directory,
                directory.resolve("store"),
                "",
                "routes: [{name: up, topics: [\"#\"], sink: {type: mqtt, url: \"%s\"}}]".formatted(upstream.url()));
    }

    private Load load() {
        return Versus.load(setup, 8, 64);
    }

    /** Messages that arrive in a second while the load is on. */
    private double through(String url) {
        long before = arrivals.count();
        long start = System.nanoTime();
        Load.Result result = load().run(url, "forward");
        arrivals.await(before + result.acknowledged());
        return result.acknowledged() * 1e9 / (arrivals.lastNanos() - start);
    }
}
