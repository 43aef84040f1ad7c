package dev.holdfast.brokertest.bench;

import static dev.holdfast.brokertest.bench.Figure.Target.atLeast;

import dev.holdfast.gateway.journal.StoreJournal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Durable appends: one batch after the other, and 32 producers with a message each. */
final class AppendsPiece {

    private static final int PAYLOAD = 256;
    private static final double SLOW_TARGET = 0.9;

    private final Setup setup;
    private final boolean slow;
    private final List<Figure> figures = new ArrayList<>();

    private AppendsPiece(Setup setup, boolean slow) {
        this.setup = setup;
        this.slow = slow;
    }

    /** On this disk. */
    static List<Figure> run(Setup setup) {
        AppendsPiece piece = new AppendsPiece(setup, false);
        piece.batches(PAYLOAD, 1, 0.75);
        piece.batches(PAYLOAD, 64, 0.85);
        piece.batches(PAYLOAD, 512, 0.70);
        piece.producers(0.85);
        piece.batches(16, 64, null);
        piece.batches(4 << 10, 64, null);
        piece.batches(256 << 10, 4, null);
        return piece.figures;
    }

    /** In a JVM whose syncs take some ms longer. */
    static List<Figure> runSlow(Setup setup) {
        AppendsPiece piece = new AppendsPiece(setup, true);
        piece.batches(PAYLOAD, 1, SLOW_TARGET);
        piece.batches(PAYLOAD, 64, SLOW_TARGET);
        piece.batches(PAYLOAD, 512, SLOW_TARGET);
        piece.producers(null);
        return piece.figures;
    }

    private void batches(int payload, int batch, @Nullable Double target) {
        Sensors sensors = new Sensors(payload, 1);
        StoreJournal journal = Journals.open(setup.empty("appends"), List.of(), 1, Journals.Commit.SINGLE);
        try (journal;
                RawLog raw = new RawLog(setup.directory())) {
            Feeder feeder = new Feeder(journal, sensors, batch);
            Rounds.Result result = Rounds.run(
                    setup.rounds(), () -> raw.rate(sensors, batch, setup.round()), () -> feeder.rate(setup.round()));
            add("batch of " + batch + " × " + size(payload), result, target);
        }
        setup.empty("appends");
    }

    private void producers(@Nullable Double target) {
        StoreJournal journal = Journals.open(setup.empty("appends"), List.of(), 1, Journals.Commit.GROUP);
        try (journal;
                RawLog raw = new RawLog(setup.directory())) {
            Rounds.Result result = Rounds.run(
                    setup.rounds(),
                    () -> Producers.rawRate(raw, PAYLOAD, setup.round()),
                    () -> Producers.rate(journal, PAYLOAD, setup.round()));
            add(Producers.COUNT + " producers, one message each, " + size(PAYLOAD), result, target);
        }
        setup.empty("appends");
    }

    private static String size(int bytes) {
        return bytes < 1024 ? bytes + " B" : bytes / 1024 + " KiB";
    }

    private void add(String what, Rounds.Result result, @Nullable Double target) {
        String disk = slow ? ", slow sync" : "";
        figures.add(Figure.ratio(what + disk, result, "raw", target == null ? null : atLeast(target)));
    }
}
