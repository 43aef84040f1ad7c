package dev.holdfast.brokertest.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * How fast a gateway delivers what it has stored, beside the client libraries alone, which have it in memory. All of it goes
 * to the same broker and from there to a subscriber. The first fifth warms up and does not count.
 */
final class ClientsPiece {

    private static final int IN_FLIGHT = 1_000;
    private static final int WARM_UP_SHARE = 5;

    private final Setup setup;
    private final MosquittoServer upstream;
    private final GatewayServer gateway;
    private final Arrivals arrivals;

    private ClientsPiece(Setup setup, MosquittoServer upstream, GatewayServer gateway, Arrivals arrivals) {
        this.setup = setup;
        this.upstream = upstream;
        this.gateway = gateway;
        this.arrivals = arrivals;
    }

    static List<Figure> run(Setup setup) {
        Path directory = setup.empty("clients");
        try (MosquittoServer upstream =
                        new MosquittoServer(directory.resolve("upstream"), "max_inflight_messages " + IN_FLIGHT);
                GatewayServer gateway = ForwardPiece.gatewayTo(directory, upstream);
                Arrivals arrivals = new Arrivals(upstream.port())) {
            setup.warm(gateway.url(), 10_000);
            arrivals.await(gateway.stored());
            ClientsPiece piece = new ClientsPiece(setup, upstream, gateway, arrivals);
            List<Rounds.Result> rates = Rounds.run(
                    setup.mqttRounds(),
                    () -> piece.alone(PublishCommand.Library.HIVEMQ),
                    List.of(piece::stored, () -> piece.alone(PublishCommand.Library.PAHO)));
            String what = String.format(
                    Locale.ROOT, "some %,d messages of %d B to a subscriber upstream", piece.messages(), Load.PAYLOAD);
            return List.of(
                    Figure.ratio(what, rates.get(0), "HiveMQ MQTT Client alone", null),
                    Figure.ratio("the same, Eclipse Paho alone", rates.get(1), "HiveMQ MQTT Client alone", null));
        }
    }

    private long messages() {
        return setup.messages(600_000);
    }

    /** What the gateway stores within two seconds and more, some of which it delivers in that time. */
    private double stored() {
        long before = arrivals.count();
        return rate(before, DrainPiece.gather(gateway.url(), messages()));
    }

    private double alone(PublishCommand.Library library) {
        long before = arrivals.count();
        List<String> command = Jvm.command(
                "",
                List.of(
                        "publish",
                        library.name(),
                        "--port",
                        "" + upstream.port(),
                        "--messages",
                        "" + messages(),
                        "--in-flight",
                        "" + IN_FLIGHT));
        Process process = Jvm.start(command);
        double rate = rate(before, messages());
        try {
            if (process.waitFor() != 0) {
                throw new IllegalStateException(command + " failed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return rate;
    }

    /** Messages a second behind the first part. */
    private double rate(long before, long messages) {
        arrivals.await(Math.max(arrivals.count(), before + messages / WARM_UP_SHARE));
        long first = arrivals.count();
        long firstNanos = arrivals.lastNanos();
        arrivals.await(before + messages);
        return (before + messages - first) * 1e9 / (arrivals.lastNanos() - firstNanos);
    }
}
