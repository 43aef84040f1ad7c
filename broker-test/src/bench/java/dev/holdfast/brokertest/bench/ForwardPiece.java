package dev.holdfast.brokertest.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * From devices through a gateway, or through Mosquitto and its bridge, to a subscriber at the same upstream Mosquitto. The
 * gateway has everything on disk before it acknowledges, the bridge has it in memory.
 */
final class ForwardPiece {

    /** More than arrives, and not so much that a gateway, which takes ten times that, delivers for minutes afterwards. */
    private static final int PER_SECOND = 40_000;

    private final Setup setup;
    private final Arrivals arrivals;

    /** Seconds of processor time for a million messages, of each round. */
    private final List<Double> cost = new ArrayList<>();

    private final List<Double> costOfBridge = new ArrayList<>();

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
            setup.warm(gateway.url(), 10_000);
            arrivals.await(gateway.stored());
            Load load = piece.load();
            Rounds.Result rates = Rounds.run(
                    setup.mqttRounds(),
                    () -> piece.through(bridge.url(), bridge::usage, piece.costOfBridge),
                    () -> piece.through(gateway.url(), gateway::usage, piece.cost));
            return List.of(
                    Figure.ratio(
                            load.describe() + ", to a subscriber upstream",
                            rates,
                            "Mosquitto and its bridge",
                            Figure.Target.atLeast(1.0)),
                    Figure.beside(
                            "processor time for a million of them",
                            piece.cost.subList(1, piece.cost.size()), // behind the round that warms up
                            "Mosquitto and its bridge",
                            piece.costOfBridge.subList(1, piece.costOfBridge.size()),
                            seconds -> String.format(Locale.ROOT, "%.1f s", seconds),
                            Figure.Target.atMost(4)));
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
        Load unlimited = Versus.load(setup, 8, 64);
        return new Load(8, 64, PER_SECOND, unlimited.seconds(), unlimited.warmUpSeconds());
    }

    /** Messages that arrive in a second while the load is on. */
    private double through(String url, Supplier<Usage> usage, List<Double> costs) {
        double cpuBefore = usage.get().cpuSeconds();
        long before = arrivals.count();
        long start = System.nanoTime();
        Load.Result result = load().run(url, "forward");
        arrivals.await(before + result.acknowledged());
        costs.add((usage.get().cpuSeconds() - cpuBefore) * 1e6 / result.acknowledged());
        return result.acknowledged() * 1e9 / (arrivals.lastNanos() - start);
    }
}
