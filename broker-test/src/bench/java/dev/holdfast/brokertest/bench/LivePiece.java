package dev.holdfast.brokertest.bench;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** How long devices wait for their acknowledgement when little goes on, and while a backlog is drained. */
final class LivePiece {

    private static final int PER_SECOND = 1_000;
    private static final double PERCENTILE = 99;

    private final Setup setup;
    private final MosquittoServer upstream;
    private final GatewayServer gateway;
    private final Load load;

    private LivePiece(Setup setup, MosquittoServer upstream, GatewayServer gateway) {
        this.setup = setup;
        this.upstream = upstream;
        this.gateway = gateway;
        this.load = new Load(8, 64, PER_SECOND, setup.quick() ? 3 : 20, setup.quick() ? 1 : 3);
    }

    static List<Figure> run(Setup setup) {
        Path directory = setup.empty("live");
        try (MosquittoServer upstream = new MosquittoServer(directory.resolve("upstream"));
                GatewayServer gateway = ForwardPiece.gatewayTo(directory, upstream);
                RawLog log = new RawLog(directory)) {
            setup.warm(gateway.url(), 10_000);
            gateway.awaitDelivered();
            LivePiece piece = new LivePiece(setup, upstream, gateway);
            List<Figure> figures = new ArrayList<>(piece.besideRaw(log));
            figures.add(piece.whileDraining());
            return figures;
        }
    }

    private List<Figure> besideRaw(RawLog log) {
        List<Double> ours = new ArrayList<>();
        List<Double> raw = new ArrayList<>();
        List<Double> least = new ArrayList<>();
        // the first one warms up, which takes long at such a rate
        for (int round = -1; round < setup.mqttRounds(); round++) {
            double withoutGateway = raw(log);
            double asTheyArrive = new OpenLoop(log, PER_SECOND).run(time()).getValueAtPercentile(PERCENTILE) / 1_000.0;
            double withGateway = live();
            if (round >= 0) {
                raw.add(withoutGateway);
                least.add(asTheyArrive);
                ours.add(withGateway);
            }
        }
        return List.of(
                Figure.beside(
                        String.format(
                                Locale.ROOT, "p99 of the acknowledgement at %,d messages/s of 8 clients", PER_SECOND),
                        ours,
                        "raw append and sync",
                        raw,
                        Figure::millis,
                        Figure.Target.atMost(3)),
                Figure.beside(
                        "the same",
                        ours,
                        "raw, from arrival to the end of a sync for all that wait",
                        least,
                        Figure::millis,
                        null));
    }

    private Duration time() {
        return Duration.ofMillis((long) (load.seconds() * 1_000));
    }

    private double live() {
        return load.run(gateway.url(), "live").p99();
    }

    private double raw(RawLog log) {
        Histogram micros = new Histogram(3);
        ByteBuffer message = new Sensors(Load.PAYLOAD, 1).payloads(1);
        Pace.run(PER_SECOND, time(), due -> {
            for (long left = due; left > 0; left--) {
                long start = System.nanoTime();
                log.append(message.rewind());
                micros.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start));
            }
        });
        return micros.getValueAtPercentile(PERCENTILE) / 1_000.0;
    }

    private Figure whileDraining() {
        List<Double> draining = new ArrayList<>();
        List<Double> quiet = new ArrayList<>();
        for (int round = 0; round < (setup.quick() ? 1 : 3); round++) {
            quiet.add(live());
            draining.add(drain());
            gateway.awaitDelivered();
        }
        return Figure.beside(
                String.format(Locale.ROOT, "the same while a backlog of %,d is drained", messages()),
                draining,
                "without",
                quiet,
                Figure::millis,
                Figure.Target.atMost(2));
    }

    private long messages() {
        return setup.quick() ? 300_000 : 1_000_000;
    }

    private double drain() {
        upstream.close();
        DrainPiece.gather(gateway.url(), messages());
        upstream.restart();
        long before = gateway.backlog();
        gateway.await("it drains", () -> gateway.backlog() < before);
        double p99 = live();
        if (gateway.backlog() == 0) {
            throw new IllegalStateException("the backlog was drained before the devices had ended");
        }
        return p99;
    }
}
