package dev.holdfast.brokertest.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * How fast a gateway delivers what it has stored, beside the client libraries alone, which have it in memory. All of it goes
 * to the same broker and from there to a subscriber. What arrives first warms up and does not count: a fifth, or what the
 * gateway has delivered before all was stored.
 */
final class ClientsPiece {

    private static final int IN_FLIGHT = 1_000;
    private static final int WARM_UP_SHARE = 5;

    /** As the gateway has them, which are better here than what the JVM does by default. */
    private static final String COMPILER = "-XX:Tier4InvocationThreshold=50000 -XX:Tier4MinInvocationThreshold=6000"
            + " -XX:Tier4CompileThreshold=150000 -XX:Tier4BackEdgeThreshold=400000";

    private final long messages;
    private final Arrivals arrivals;

    private ClientsPiece(Setup setup, Arrivals arrivals) {
        this.messages = setup.messages(600_000);
        this.arrivals = arrivals;
    }

    static List<Figure> run(Setup setup) {
        Path directory = setup.empty("clients");
        try (MosquittoServer upstream =
                        new MosquittoServer(directory.resolve("upstream"), "max_inflight_messages " + IN_FLIGHT);
                GatewayServer gateway = ForwardPiece.gatewayTo(directory, upstream);
                Client hiveMq = new Client(PublishCommand.Library.HIVEMQ, upstream.port());
                Client paho = new Client(PublishCommand.Library.PAHO, upstream.port());
                Arrivals arrivals = new Arrivals(upstream.port())) {
            setup.warm(gateway.url(), 10_000);
            arrivals.await(gateway.stored());
            ClientsPiece piece = new ClientsPiece(setup, arrivals);
            List<Rounds.Result> rates = Rounds.run(
                    setup.mqttRounds(),
                    () -> piece.alone(hiveMq),
                    List.of(
                            () -> piece.rate(() -> DrainPiece.gather(gateway.url(), piece.messages)),
                            () -> piece.alone(paho)));
            String what = String.format(
                    Locale.ROOT,
                    "%,d messages of %d B and more to a subscriber upstream",
                    piece.messages,
                    Load.PAYLOAD);
            return List.of(
                    Figure.ratio(what, rates.get(0), "HiveMQ MQTT Client alone", null),
                    Figure.ratio(
                            "the same, Eclipse Paho with MQTT 3.1.1 alone",
                            rates.get(1),
                            "HiveMQ MQTT Client alone",
                            null));
        }
    }

    private double alone(Client client) {
        double rate = rate(() -> {
            client.begin(messages);
            return messages;
        });
        client.awaitEnd();
        return rate;
    }

    /**
     * Messages that arrive in a second.
     *
     * @param send has messages sent, and says how many
     */
    private double rate(LongSupplier send) {
        long before = arrivals.count();
        long sent = send.getAsLong();
        arrivals.await(Math.max(arrivals.count(), before + sent / WARM_UP_SHARE));
        long first = arrivals.count();
        long firstNanos = arrivals.lastNanos();
        arrivals.await(before + sent);
        long measured = before + sent - first;
        if (measured < messages / 2) {
            throw new IllegalStateException("only " + measured + " messages of " + sent + " were left to be measured");
        }
        return measured * 1e9 / (arrivals.lastNanos() - firstNanos);
    }

    /** A process with a client library. */
    private static final class Client implements AutoCloseable {

        private final Process process;
        private final PrintWriter orders;
        private final BufferedReader answers;

        Client(PublishCommand.Library library, int port) {
            process = Jvm.start(Jvm.command(
                    COMPILER, List.of("publish", library.name(), "--port", "" + port, "--in-flight", "" + IN_FLIGHT)));
            orders = new PrintWriter(process.getOutputStream(), true, UTF_8);
            answers = process.inputReader();
        }

        void begin(long messages) {
            orders.println(messages);
        }

        void awaitEnd() {
            try {
                String answer = answers.readLine();
                if (!PublishCommand.DONE.equals(answer)) {
                    throw new IllegalStateException("a client has failed: " + answer);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
