package dev.holdfast.brokertest.bench;

import static dev.holdfast.brokertest.bench.Figure.Target.atMost;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * How long commits take at half load, with a route that follows, beside writes and syncs of the raw log at the same pace
 * in rounds that take turns.
 */
final class LatencyPiece {

    private static final int PAYLOAD = 256;
    private static final int BATCH = 64;
    private static final int ROUNDS = 3;
    private static final double PERCENTILE = 99.9;
    private static final double LIMIT_MILLIS = 10;

    private LatencyPiece() {}

    static List<Figure> run(Setup setup) {
        Sensors sensors = new Sensors(PAYLOAD, 1);
        Duration time = setup.round().multipliedBy(10);
        Histogram raw = new Histogram(3);
        try (JournalFlow flow = new JournalFlow(setup.empty("latency"), sensors, BATCH, 1, 1, Journals.Commit.GROUP);
                RawLog log = new RawLog(setup.directory())) {
            double half = flow.run(setup.messages(1_000_000)) / 2;
            flow.keepBehind(0);
            Histogram commits = flow.commitMicros();
            commits.reset();
            for (int round = 0; round < ROUNDS; round++) {
                flow.pace(half, time);
                Pace.run(half, time, due -> append(log, sensors, due, raw));
            }
            return List.of(figure(half, commits, raw));
        }
    }

    private static void append(RawLog log, Sensors sensors, long due, Histogram micros) {
        ByteBuffer bytes = sensors.payloads((int) Math.min(due, BATCH));
        for (long left = due; left > 0; left -= BATCH) {
            long start = System.nanoTime();
            log.append(bytes.rewind());
            micros.recordValue((System.nanoTime() - start) / 1_000);
        }
    }

    private static Figure figure(double perSecond, Histogram commits, Histogram raw) {
        double ours = commits.getValueAtPercentile(PERCENTILE) / 1_000.0;
        double sync = raw.getValueAtPercentile(PERCENTILE) / 1_000.0;
        List<String> text = new ArrayList<>();
        for (Histogram histogram : List.of(commits, raw)) {
            text.add(String.format(
                    Locale.ROOT,
                    "p50 %.2f, p99 %.2f, p99.9 %.2f, longest %.1f ms",
                    histogram.getValueAtPercentile(50) / 1_000.0,
                    histogram.getValueAtPercentile(99) / 1_000.0,
                    histogram.getValueAtPercentile(PERCENTILE) / 1_000.0,
                    histogram.getMaxValue() / 1_000.0));
        }
        return new Figure(
                String.format(Locale.ROOT, "commits at %,.0f messages/s, p99.9 less that of a raw sync", perSecond),
                text.get(0),
                "raw " + text.get(1),
                ours - sync,
                "ms",
                ours - sync,
                ours - sync,
                atMost(LIMIT_MILLIS));
    }
}
