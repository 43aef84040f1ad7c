package dev.holdfast.brokertest.bench;

import static dev.holdfast.brokertest.bench.Figure.Target.atMost;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleSupplier;

/**
 * How long a gateway with nothing in its store takes to start, and {@code holdfast status}, beside a JVM that does nothing. The
 * store is there; each start follows a kill.
 */
final class StartPiece {

    private StartPiece() {}

    static List<Figure> run(Setup setup) {
        Path directory = setup.empty("start");
        GatewayStart start = new GatewayStart(directory, directory.resolve("store"));
        Figure ready = besideHello("start to ready, nothing stored", setup.rounds(), start::seconds, atMost(6));
        try (GatewayServer gateway = new GatewayServer(directory, directory.resolve("other"), "", "")) {
            List<String> status = gateway.statusCommand();
            return List.of(ready, besideHello("holdfast status", setup.rounds(), () -> Jvm.seconds(status), atMost(3)));
        }
    }

    static Figure besideHello(String what, int rounds, DoubleSupplier start, Figure.Target target) {
        Rounds.Result seconds = Rounds.run(rounds, () -> Jvm.seconds(Jvm.hello()), start);
        return new Figure(
                what,
                String.format(Locale.ROOT, "%.0f ms", seconds.subject() * 1_000),
                String.format(Locale.ROOT, "a JVM that says hello %.0f ms", seconds.reference() * 1_000),
                seconds.ratio(),
                "×",
                seconds.lowest(),
                seconds.highest(),
                target);
    }
}
