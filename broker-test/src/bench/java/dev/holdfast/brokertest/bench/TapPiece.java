package dev.holdfast.brokertest.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;

/** How fast a tap brings home what a broker has kept for it, beside mosquitto_sub, which keeps nothing. */
final class TapPiece {

    private static final String TAPS =
            "taps: [{name: plant, broker: \"%s\", topics: [\"tap/#\"], receive-maximum: 4000}]";
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Path directory;
    private final Setup setup;
    private final MosquittoServer broker;

    private TapPiece(Setup setup, Path directory, MosquittoServer broker) {
        this.setup = setup;
        this.directory = directory;
        this.broker = broker;
    }

    static List<Figure> run(Setup setup) {
        Path directory = setup.empty("tap");
        try (MosquittoServer broker = new MosquittoServer(directory, "max_inflight_messages 1000")) {
            TapPiece piece = new TapPiece(setup, directory, broker);
            Rounds.Result rates = Rounds.run(setup.mqttRounds(), piece::drainBySubscriber, piece::drainByTap);
            return List.of(Figure.ratio(
                    String.format(
                            Locale.ROOT, "a backlog of some %,d messages of %d B", piece.messages(), Load.PAYLOAD),
                    rates,
                    "mosquitto_sub",
                    Figure.Target.atLeast(0.4)));
        }
    }

    private long messages() {
        return setup.messages(1_200_000);
    }

    /** Has the broker keep so many messages for who is subscribed; says how many they are. */
    private long fill(String topic) {
        Load load = new Load(8, 64, 0, setup.quick() ? 1 : 5, 0);
        long kept = 0;
        while (kept < messages()) {
            kept += load.run(broker.url(), topic).acknowledged();
        }
        return kept;
    }

    private double drainBySubscriber() {
        subscribe("-E");
        long kept = fill("sub");
        long start = System.nanoTime();
        subscribe("-C", "" + kept);
        return kept * 1e9 / (System.nanoTime() - start);
    }

    private void subscribe(String... more) {
        List<String> command = new ArrayList<>(List.of("mosquitto_sub", "-p", "" + broker.port(), "-V", "5", "-c"));
        command.addAll(List.of("-x", "3600", "-i", "subscriber", "-q", "1", "-t", "sub/#"));
        command.addAll(List.of(more));
        Started.command(command);
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(directory.resolve("received").toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            if (process.waitFor() != 0) {
                throw new IllegalStateException(command + " failed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** From the first message that is seen to be durable to the last: how long a JVM needs to start does not count. */
    private double drainByTap() {
        Path store = directory.resolve("store");
        try (GatewayServer gateway = new GatewayServer(directory, store, "", TAPS.formatted(broker.url()))) {
            while (!tap(gateway).path("state").asString("").equals("subscribed")) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }
        long kept = fill("tap");
        try (GatewayServer gateway = new GatewayServer(directory, store, "", TAPS.formatted(broker.url()))) {
            long first = 0;
            long firstNanos = 0;
            while (true) {
                long durable = tap(gateway).path("acknowledged").asLong();
                long now = System.nanoTime();
                if (durable >= kept) {
                    return (durable - first) * 1e9 / (now - firstNanos);
                }
                if (first == 0 && durable > 0) {
                    first = durable;
                    firstNanos = now;
                }
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }
    }

    private static JsonNode tap(GatewayServer gateway) {
        return gateway.status().path("taps").path(0);
    }
}
