package dev.holdfast.brokertest.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** How fast what has gathered in an outage goes up afterwards, beside what Mosquitto's bridge had in memory. */
final class DrainPiece {

    private final Setup setup;
    private final MosquittoServer upstream;

    private DrainPiece(Setup setup, MosquittoServer upstream) {
        this.setup = setup;
        this.upstream = upstream;
    }

    static List<Figure> run(Setup setup) {
        Path directory = setup.empty("drain");
        Path kept = directory.resolve("upstream");
        try (MosquittoServer upstream = new MosquittoServer(
                kept, "max_inflight_messages 1000", "persistence true", "persistence_location " + kept + "/")) {
            Arrivals.subscribe(upstream.port());
            DrainPiece piece = new DrainPiece(setup, upstream);
            try (MosquittoServer bridge =
                            new MosquittoServer(directory.resolve("bridge"), ForwardPiece.bridgeTo(upstream));
                    GatewayServer gateway = ForwardPiece.gatewayTo(directory, upstream)) {
                Rounds.Result rates = Rounds.run(
                        setup.quick() ? 2 : 3, () -> piece.drain(bridge.url()), () -> piece.drain(gateway.url()));
                return List.of(Figure.ratio(
                        String.format(
                                Locale.ROOT, "a backlog of some %,d messages of %d B", piece.messages(), Load.PAYLOAD),
                        rates,
                        "Mosquitto's bridge",
                        Figure.Target.atLeast(1.0)));
            }
        }
    }

    private long messages() {
        return setup.messages(1_000_000);
    }

    /** From the first message that arrives to the last: when somebody notices that the upstream is back does not count. */
    private double drain(String url) {
        upstream.close();
        long kept = gather(url, messages());
        upstream.restart();
        try (Arrivals arrivals = new Arrivals(upstream.port())) {
            arrivals.await(1);
            long first = arrivals.count();
            long firstNanos = arrivals.lastNanos();
            arrivals.await(kept);
            return (kept - first) * 1e9 / (arrivals.lastNanos() - firstNanos);
        }
    }

    /** Publishes until at least so many messages are acknowledged; gives how many are. */
    static long gather(String url, long messages) {
        Load load = new Load(8, 64, 0, 2, 0);
        long kept = 0;
        while (kept < messages) {
            kept += load.run(url, "drain").acknowledged();
        }
        return kept;
    }
}
