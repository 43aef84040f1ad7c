package dev.holdfast.brokertest.bench;

import java.nio.file.Path;
import java.util.List;

/** How fast a front door takes messages, beside a broker that keeps them in files for a subscriber who is away. */
final class HiveMqPiece {

    private HiveMqPiece() {}

    static List<Figure> run(Setup setup) {
        Path directory = setup.empty("hivemq");
        try (HiveMqServer hiveMq = new HiveMqServer(directory.resolve("broker"));
                GatewayServer gateway = new GatewayServer(directory, directory.resolve("store"), "", "")) {
            Arrivals.subscribe(hiveMq.port());
            setup.warm(gateway.url());
            Peer peer = new Peer("HiveMQ CE", hiveMq.url(), hiveMq::awaitReceived);
            setup.warm(peer);
            return new Versus(setup, Versus.load(setup, 8, 64)).run(gateway, peer, Figure.Target.atLeast(3));
        }
    }
}
