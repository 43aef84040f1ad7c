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
    private final Held queued = new Held();
    private final Held few = new Held();
    private final Held many = new Held();

    /** What a server held in each round, and what that took. */
    private static final class Held {

        private final List<Double> messages = new ArrayList<>();
        private final List<Double> mebibytes = new ArrayList<>();

        void add(long held, Usage usage) {
            messages.add((double) held);
            mebibytes.add(usage.residentBytes() / (double) (1 << 20));
        }

        String describe(String format) {
            return String.format(Locale.ROOT, format, Rounds.median(messages));
        }
    }

    private MemoryPiece(Setup setup) {
        this.setup = setup;
    }

    static List<Figure> run(Setup setup) {
        MemoryPiece piece = new MemoryPiece(setup);
        for (int round = 0; round < setup.countedRounds(); round++) {
            piece.measure();
        }
        return List.of(piece.figure(piece.few), piece.figure(piece.many));
    }

    private void measure() {
        Path directory = setup.empty("memory");
        try (MosquittoServer mosquitto = new MosquittoServer(directory)) {
            Arrivals.subscribe(mosquitto.port());
            long kept = DrainPiece.gather(mosquitto.url(), MESSAGES);
            mosquitto.awaitKept(kept);
            queued.add(kept, mosquitto.usage());
        }
        try (GatewayServer gateway = new GatewayServer(directory, directory.resolve("store"), "", "", HEAP)) {
            long kept = DrainPiece.gather(gateway.url(), MESSAGES);
            add(gateway, kept, few);
            kept += DrainPiece.gather(gateway.url(), 10 * MESSAGES - kept);
            add(gateway, kept, many);
        }
    }

    private static void add(GatewayServer gateway, long kept, Held held) {
        if (gateway.stored() < kept) {
            throw new IllegalStateException(kept + " were acknowledged and " + gateway.stored() + " stored");
        }
        held.add(kept, gateway.usage());
    }

    private Figure figure(Held stored) {
        return Figure.beside(
                stored.describe("resident with %,.0f messages of " + Load.PAYLOAD + " B stored, " + HEAP),
                stored.mebibytes,
                queued.describe("Mosquitto with %,.0f queued"),
                queued.mebibytes,
                mebibytes -> String.format(Locale.ROOT, "%.0f MiB", mebibytes),
                Figure.Target.atMost(0.4));
    }
}
