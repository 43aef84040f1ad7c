package dev.holdfast.brokertest.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a gate before Mosquitto costs: the same Mosquitto alone, and behind a gate that syncs before it acknowledges. */
final class GatePiece {

    private GatePiece() {}

    static List<Figure> run(Setup setup) {
        Path directory = setup.empty("gate");
        List<Figure> figures = new ArrayList<>();
        try (MosquittoServer mosquitto = new MosquittoServer(directory);
                GatewayServer gateway = new GatewayServer(
                        directory, directory.resolve("store"), ", broker: \"" + mosquitto.url() + '"', "")) {
            setup.warm(gateway.url());
            Peer peer = new Peer( // all that the gateway has stored has come there too
                    "Mosquitto alone",
                    mosquitto.url(),
                    acknowledged -> mosquitto.awaitReceived(acknowledged + gateway.stored()));
            figures.addAll(new Versus(setup, Versus.load(setup, 8, 64)).run(gateway, peer, Figure.Target.atLeast(0.8)));
            figures.addAll(
                    new Versus(setup, Versus.load(setup, 1, 256)).run(gateway, peer, Figure.Target.atLeast(0.6)));
        }
        return figures;
    }
}
