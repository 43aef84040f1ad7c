package dev.holdfast.brokertest.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;

/** The steady state through Holdfast's journal and through other engines, each in turn. */
final class EnginesPiece {

    private static final int PAYLOAD = 256;
    private static final int ROUNDS = 5;
    private static final int QUICK_ROUNDS = 3;
    private static final long WARM_UP = 2 * Flow.BACKLOG;

    private final Setup setup;
    private final List<Figure> figures = new ArrayList<>();

    private EnginesPiece(Setup setup) {
        this.setup = setup;
    }

    static List<Figure> run(Setup setup) {
        EnginesPiece piece = new EnginesPiece(setup);
        piece.compare(64, 600_000);
        piece.compare(512, 1_200_000);
        return piece.figures;
    }

    private void compare(int batch, long messages) {
        Sensors sensors = new Sensors(PAYLOAD, 1);
        Map<String, Flow> flows = new LinkedHashMap<>();
        flows.put("Holdfast", new JournalFlow(setup.empty("holdfast"), sensors, batch, 1, 1));
        flows.put("H2 MVStore", new EngineFlow(new MvStoreEngine(setup.empty("mvstore")), sensors, batch));
        flows.put("SQLite", new EngineFlow(new SqliteEngine(setup.empty("sqlite")), sensors, batch));
        flows.put("RocksDB", new EngineFlow(new RocksEngine(setup.empty("rocksdb")), sensors, batch));
        long round = setup.messages(messages);
        List<DoubleSupplier> subjects = new ArrayList<>();
        for (Flow flow : flows.values()) {
            flow.run(WARM_UP);
            subjects.add(() -> flow.run(round));
        }
        try (RawLog raw = new RawLog(setup.directory())) {
            List<Rounds.Result> results = Rounds.run(
                    setup.quick() ? QUICK_ROUNDS : ROUNDS, () -> raw.rate(sensors, batch, setup.round()), subjects);
            report(batch, List.copyOf(flows.keySet()), results);
        }
        flows.values().forEach(Flow::drain);
        flows.values().forEach(Flow::close);
        for (String name : List.of("holdfast", "mvstore", "sqlite", "rocksdb")) {
            setup.empty(name);
        }
    }

    private void report(int batch, List<String> names, List<Rounds.Result> results) {
        double best =
                results.stream().skip(1).mapToDouble(Rounds.Result::ratio).max().orElseThrow();
        for (int i = 0; i < names.size(); i++) {
            Figure.Target ahead = i == 0 ? Figure.Target.atLeast(best) : null;
            String what = names.get(i) + ", batch of " + batch + " × " + PAYLOAD + " B";
            figures.add(Figure.ratio(what, results.get(i), "raw", ahead));
        }
    }
}
