package dev.holdfast.brokertest.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How much a gateway with a route writes to its disk for what devices publish. */
final class WearPiece {

    private static final int FULL_SPEED = 0;
    private static final int SECONDS = 20;
    private static final int WARM_UP_SECONDS = 5;

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
                    piece.measure(100, "commit-every: 200ms", Figure.Target.atMost(2)),
                    piece.measure(10_000, "", null),
                    piece.measure(FULL_SPEED, "", Figure.Target.atMost(1.4)));
        }
    }

    private Figure measure(int perSecond, String setting, Figure.@Nullable Target target) {
        Load load = new Load(8, 64, perSecond, SECONDS, 0);
        List<Wear.Ratios> rounds = new ArrayList<>();
        long stored = 0;
        long delivered = 0;
        for (int round = 0; round < setup.countedRounds(); round++) {
            Path directory = setup.empty("gateway");
            if (!setting.isEmpty()) {
                Server.configure(directory.resolve("conf.d").resolve("wear.yaml"), "store: {" + setting + "}\n");
            }
            try (GatewayServer gateway = ForwardPiece.gatewayTo(directory, upstream)) {
                settle(gateway);
                long deliveredBefore = gateway.delivered();
                Wear wear = new Wear(directory, gateway::written);
                long acknowledged = load.run(gateway.url(), "wear").acknowledged();
                rounds.add(wear.ratios(Load.PAYLOAD * (double) acknowledged));
                stored += acknowledged;
                delivered += gateway.delivered() - deliveredBefore;
            }
        }
        String pace = perSecond == FULL_SPEED
                ? ", " + load.describe()
                : String.format(Locale.ROOT, ", %,d messages/s of %d clients", perSecond, load.clients());
        return Wear.figure(
                pace + (setting.isEmpty() ? "" : ", " + setting),
                String.format(
                        Locale.ROOT,
                        "%,d messages in %d rounds, %,d delivered meanwhile",
                        stored,
                        rounds.size(),
                        delivered),
                rounds,
                target);
    }

    /** Until it has its reserve for a full disk, 32 MiB, and has delivered all. */
    private static void settle(GatewayServer gateway) {
        Load.Result unused = new Load(8, 64, 100, WARM_UP_SECONDS, 0).run(gateway.url(), "warm");
        gateway.await("it has its reserve", () -> Files.exists(gateway.store().resolve("ballast")));
        gateway.awaitDelivered();
    }
}
