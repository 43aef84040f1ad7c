package dev.holdfast.brokertest.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** How much a gateway with a route writes to its disk for what devices publish. */
final class WearPiece {

    private static final int FULL_SPEED = 0;

    private final Setup setup;
    private final MosquittoServer upstream;

    private WearPiece(Setup setup, MosquittoServer upstream) {
        this.setup = setup;
        this.upstream = upstream;
    }

    static List<Figure> run(Setup setup) {
        try (MosquittoServer upstream = new MosquittoServer(setup.empty("wear").resolve("upstream"))) {
            WearPiece piece = new WearPiece(setup, upstream);
            return List.of(
                    piece.measure(100, "", Figure.Target.atMost(5)),
                    piece.measure(100, "store: {commit-every: 200ms}", Figure.Target.atMost(2)),
                    piece.measure(FULL_SPEED, "", Figure.Target.atMost(1.4)));
        }
    }

    private Figure measure(int perSecond, String settings, Figure.Target target) {
        Path directory = setup.empty("gateway");
        BlockDevice device = BlockDevice.of(directory);
        if (!settings.isEmpty()) {
            Server.configure(directory.resolve("conf.d").resolve("wear.yaml"), settings + "\n");
        }
        try (GatewayServer gateway = ForwardPiece.gatewayTo(directory, upstream)) {
            Load load = new Load(8, 64, perSecond, setup.quick() ? 5 : 20, 0);
            BlockDevice.settle();
            OptionalLong deviceBefore = device.written();
            long before = gateway.written();
            double payload =
                    Load.PAYLOAD * (double) load.run(gateway.url(), "wear").acknowledged();
            double written = (gateway.written() - before) / payload;
            OptionalLong deviceAfter = device.written();
            String pace = perSecond == FULL_SPEED
                    ? load.describe()
                    : String.format(Locale.ROOT, "%,d messages/s of %d clients", perSecond, load.clients());
            return new Figure(
                    "written for a byte of payload, " + pace + (settings.isEmpty() ? "" : ", commit-every: 200ms"),
                    "",
                    deviceAfter.isEmpty()
                            ? ""
                            : String.format(
                                    Locale.ROOT,
                                    "at the disk %.1f",
                                    (deviceAfter.getAsLong() - deviceBefore.orElseThrow()) / payload),
                    written,
                    "×",
                    written,
                    written,
                    target);
        }
    }
}
