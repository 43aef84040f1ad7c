package dev.holdfast.brokertest.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How fast a front door that syncs before it acknowledges takes messages, beside a broker that keeps them in memory. */
final class IngestPiece {

    /** A load, and what the ratio is to be. */
    private record Row(int clients, int window, double ratio) {}

    private static final Row MAIN = new Row(8, 64, 1.0);

    private IngestPiece() {}

    static List<Figure> run(Setup setup) {
        return measure(setup, List.of(MAIN, new Row(1, 256, 0.7), new Row(1_000, 1, 1.0)));
    }

    /** That nothing has become much worse: one load, and from end to end. */
    static List<Figure> check(Setup setup) {
        List<Figure> figures = new ArrayList<>(measure(setup, List.of(MAIN)));
        figures.addAll(ForwardPiece.run(setup));
        return figures;
    }

    private static List<Figure> measure(Setup setup, List<Row> rows) {
        Path directory = setup.empty("ingest");
        List<Figure> figures = new ArrayList<>();
        try (MosquittoServer mosquitto = new MosquittoServer(directory);
                GatewayServer gateway = new GatewayServer(directory, directory.resolve("store"), "", "")) {
            setup.warm(gateway.url());
            Peer peer = new Peer("Mosquitto", mosquitto.url(), mosquitto::awaitReceived);
            for (Row row : rows) {
                figures.addAll(new Versus(setup, Versus.load(setup, row.clients(), row.window()))
                        .run(gateway, peer, Figure.Target.atLeast(row.ratio())));
            }
        }
        return figures;
    }
}
