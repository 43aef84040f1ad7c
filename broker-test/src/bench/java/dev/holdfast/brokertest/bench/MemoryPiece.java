package dev.holdfast.brokertest.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What memory a backlog takes, beside what Mosquitto takes for what it has queued for a subscriber who is away. */
final class MemoryPiece {

    private static final String HEAP = "-Xmx96m";
    private static final long MESSAGES = 1_000_000;

    private final Setup setup;
    private final List<Double> queued = new ArrayList<>();
    private final List<Double> few = new ArrayList<>();
    private final List<Double> many = new ArrayList<>();

    private MemoryPiece(Setup setup) {
        this.setup = setup;
    }

    static List<Figure> run(Setup setup) {
        MemoryPiece piece = new MemoryPiece(setup);
        for (int round = 0; round < setup.countedRounds(); round++) {
            piece.measure();
        }
        return List.of(piece.figure(MESSAGES, piece.few), piece.figure(10 * MESSAGES, piece.many));
    }

    private void measure() {
        Path directory = setup.empty("memory");
        try (MosquittoServer mosquitto = new MosquittoServer(directory)) {
            Arrivals.subscribe(mosquitto.port());
            long unused = DrainPiece.gather(mosquitto.url(), MESSAGES);
            queued.add(mebibytes(mosquitto.usage()));
        }
        try (GatewayServer gateway = new GatewayServer(directory, directory.resolve("store"), "", "", HEAP)) {
            long kept = DrainPiece.gather(gateway.url(), MESSAGES);
            few.add(mebibytes(gateway.usage()));
            long unused = DrainPiece.gather(gateway.url(), 10 * MESSAGES - kept);
            many.add(mebibytes(gateway.usage()));
        }
    }

    private static double mebibytes(Usage usage) {
        return usage.residentBytes() / (double) (1 << 20);
    }

    private Figure figure(long stored, List<Double> resident) {
        return Figure.beside(
                String.format(
                        Locale.ROOT, "resident with some %,d messages of %d B stored, %s", stored, Load.PAYLOAD, HEAP),
                resident,
                String.format(Locale.ROOT, "Mosquitto with some %,d queued", MESSAGES),
                queued,
                mebibytes -> String.format(Locale.ROOT, "%.0f MiB", mebibytes),
                Figure.Target.atMost(0.4));
    }
}
