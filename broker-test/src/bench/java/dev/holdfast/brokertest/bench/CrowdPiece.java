package dev.holdfast.brokertest.bench;

import java.nio.file.Path;
import java.util.List;

/** Whether it matters by how many devices the same messages come. */
final class CrowdPiece {

    private static final int PER_SECOND = 10_000;
    private static final int FEW = 100;
    private static final int MANY = 10_000;

    private CrowdPiece() {}

    static List<Figure> run(Setup setup) {
        Path directory = setup.empty("crowd");
        try (GatewayServer gateway = new GatewayServer(directory, directory.resolve("store"), "", "")) {
            setup.warm(gateway.url());
            Rounds.Result rates = Rounds.run(
                    setup.mqttRounds(), () -> through(setup, gateway, FEW), () -> through(setup, gateway, MANY));
            return List.of(Figure.ratio(
                    "10,000 devices with 1 message/s each",
                    rates,
                    "100 devices with 100/s",
                    Figure.Target.atLeast(0.8)));
        }
    }

    private static double through(Setup setup, GatewayServer gateway, int devices) {
        return new Load(devices, 64, PER_SECOND, setup.quick() ? 3 : 20, 5)
                .run(gateway.url(), "crowd")
                .perSecond();
    }
}
