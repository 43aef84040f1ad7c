package dev.holdfast.brokertest.bench;

import static dev.holdfast.brokertest.bench.Figure.Target.atLeast;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The steady state: as much is read, settled and trimmed as is appended, behind a backlog. */
final class SteadyPiece {

    private static final int PAYLOAD = 256;
    private static final int ROUNDS = 5;

    private final Setup setup;
    private final List<Figure> figures = new ArrayList<>();

    private SteadyPiece(Setup setup) {
        this.setup = setup;
    }

    static List<Figure> run(Setup setup) {
        SteadyPiece piece = new SteadyPiece(setup);
        piece.flow(64, 1, 1, 6_000_000, 0.65);
        piece.flow(512, 1, 1, 12_000_000, 0.45);
        piece.flow(64, 3, 1, 3_000_000, 0.65);
        piece.flow(512, 3, 1, 6_000_000, 0.45);
        piece.flow(64, 1, 2, 3_000_000, 0.65);
        piece.flow(512, 1, 2, 6_000_000, 0.45);
        return piece.figures;
    }

    private void flow(int batch, int routes, int lanes, long messages, double target) {
        Path directory = setup.empty("steady");
        Sensors sensors = new Sensors(PAYLOAD, lanes);
        long round = setup.messages(messages) / ROUNDS;
        long[] written = new long[1];
        try (RawLog raw = new RawLog(setup.directory())) {
            Rounds.Result result = Rounds.run(ROUNDS, () -> raw.rate(sensors, batch, setup.round()), () -> {
                try (JournalFlow flow = new JournalFlow(directory, sensors, batch, routes, lanes)) {
                    long before = Usage.writtenHere();
                    double rate = flow.run(round);
                    written[0] += Usage.writtenHere() - before;
                    return rate;
                }
            });
            figures.add(Figure.ratio(what(batch, routes, lanes, messages), result, "raw", atLeast(target)));
        }
        double amplification = written[0] / ((ROUNDS + 1.0) * round * PAYLOAD); // the warm-up has written too
        figures.add(Figure.of("… bytes written for a byte of payload", "", amplification, "×", null));
        try (JournalFlow flow = new JournalFlow(directory, sensors, batch, routes, lanes)) {
            figures.add(Figure.of("… then drained", "", flow.drain(), "/s", null));
        }
        setup.empty("steady");
    }

    private String what(int batch, int routes, int lanes, long messages) {
        String text = "%,d messages through, batch of %d × %d B".formatted(setup.messages(messages), batch, PAYLOAD);
        return text + (routes > 1 ? ", " + routes + " routes" : "") + (lanes > 1 ? ", " + lanes + " lanes" : "");
    }
}
