package dev.holdfast.brokertest.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** What memory a backlog takes, beside what Mosquitto takes for what it has queued for a subscriber who is away. */
final class MemoryPiece {

    private static final String HEAP = "-Xmx96m";
    private static final long MESSAGES = 1_000_000;

    private MemoryPiece() {}

    static List<Figure> run(Setup setup) {
        Path directory = setup.empty("memory");
        long messages = setup.messages(MESSAGES);
        long queued;
        try (MosquittoServer mosquitto = new MosquittoServer(directory)) {
            Arrivals.subscribe(mosquitto.port());
            long unused = DrainPiece.gather(mosquitto.url(), messages);
            queued = mosquitto.usage().residentBytes();
        }
        try (GatewayServer gateway = new GatewayServer(directory, directory.resolve("store"), "", "", HEAP)) {
            long kept = DrainPiece.gather(gateway.url(), messages);
            Figure few = figure(gateway, kept, queued, messages);
            kept += DrainPiece.gather(gateway.url(), 10 * messages - kept);
            return List.of(few, figure(gateway, kept, queued, messages));
        }
    }

    private static Figure figure(GatewayServer gateway, long kept, long queued, long messages) {
        long resident = gateway.usage().residentBytes();
        double ratio = (double) resident / queued;
        return new Figure(
                String.format(Locale.ROOT, "resident with %,d messages of %d B stored, %s", kept, Load.PAYLOAD, HEAP),
                mebibytes(resident),
                String.format(Locale.ROOT, "Mosquitto with %,d queued %s", messages, mebibytes(queued)),
                ratio,
                "×",
                ratio,
                ratio,
                Figure.Target.atMost(0.4));
    }

    private static String mebibytes(long bytes) {
        return bytes / (1 << 20) + " MiB";
    }
}
