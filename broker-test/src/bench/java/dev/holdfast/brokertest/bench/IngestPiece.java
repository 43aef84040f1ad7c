package dev.holdfast.brokertest.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How fast a front door that syncs before it acknowledges takes messages, beside a broker that keeps them in memory. */
final class IngestPiece {

    private IngestPiece() {}

    static List<Figure> run(Setup setup) {
        Path directory = setup.empty("ingest");
        List<Figure> figures = new ArrayList<>();
        try (MosquittoServer mosquitto = new MosquittoServer(directory);
                GatewayServer gateway = new GatewayServer(directory, directory.resolve("store"), "", "")) {
            setup.warm(gateway.url());
            figures.addAll(measure(setup, gateway, mosquitto, 8, 64, 1.0));
            figures.addAll(measure(setup, gateway, mosquitto, 1, 256, 0.7));
            figures.addAll(measure(setup, gateway, mosquitto, 1_000, 1, 1.0));
        }
        return figures;
    }

    private static List<Figure> measure(
            Setup setup, GatewayServer gateway, MosquittoServer mosquitto, int clients, int window, double ratio) {
        return new Versus(setup, Versus.load(setup, clients, window))
                .run(gateway, mosquitto.url(), "Mosquitto", Figure.Target.atLeast(ratio));
    }
}
