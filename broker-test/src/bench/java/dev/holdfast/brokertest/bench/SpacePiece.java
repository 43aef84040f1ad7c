package dev.holdfast.brokertest.bench;

import static dev.holdfast.brokertest.bench.Figure.Target.atMost;

import dev.holdfast.gateway.journal.LaneState;
import dev.holdfast.gateway.journal.StoreJournal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the journal takes of the disk: for each message, in the flow, and when it is empty again. */
final class SpacePiece {

    private static final int PAYLOAD = 256;
    private static final int EMPTY_FILES = 3;
    private static final int EMPTY_TIMEOUT_SECONDS = 60;
    private static final double MEBIBYTE = 1 << 20;

    private final Setup setup;
    private final List<Figure> figures = new ArrayList<>();

    private SpacePiece(Setup setup) {
        this.setup = setup;
    }

    static List<Figure> run(Setup setup) {
        SpacePiece piece = new SpacePiece(setup);
        piece.message(1, 50_000, null);
        piece.message(64, 500_000, 24.0);
        piece.message(512, 500_000, 24.0);
        piece.flow(64, 1_000_000);
        piece.flow(512, 3_000_000);
        return piece.figures;
    }

    /** What is live of the store; on the disk lie old pages of the tree too, and zeros ahead, as nothing is removed. */
    private void message(int batch, long messages, @Nullable Double target) {
        Path directory = setup.empty("space");
        long count = setup.messages(messages);
        try (StoreJournal journal = Journals.open(directory, List.of(), 1, Journals.Commit.SINGLE)) {
            Feeder feeder = new Feeder(journal, new Sensors(PAYLOAD, 1), batch);
            while (feeder.fed() < count) {
                feeder.feed();
            }
            feeder.flush();
            long live =
                    journal.lanes().stream().mapToLong(LaneState::storedBytes).sum();
            figures.add(new Figure(
                    "live bytes for a message beyond its payload, batch of " + batch,
                    "%,d messages".formatted(feeder.fed()),
                    String.format(Locale.ROOT, "on disk %.1f B", beyond(Disk.used(directory), feeder.fed())),
                    beyond(live, feeder.fed()),
                    "B",
                    beyond(live, feeder.fed()),
                    beyond(live, feeder.fed()),
                    target == null ? null : atMost(target)));
        }
    }

    private static double beyond(long bytes, long messages) {
        return bytes / (double) messages - PAYLOAD;
    }

    private void flow(int batch, long messages) {
        Path directory = setup.empty("space");
        String what = " in the flow, batch of " + batch;
        try (JournalFlow flow = new JournalFlow(directory, new Sensors(PAYLOAD, 1), batch, 1, 1)) {
            try (Disk disk = new Disk(directory, flow.journal())) {
                flow.run(setup.messages(messages));
                flow.drain();
                String highest = String.format(Locale.ROOT, "at most %.1f MiB", disk.highest() / MEBIBYTE);
                figures.add(Figure.of("disk used of what is allowed" + what, highest, disk.worst(), "×", atMost(1)));
            }
            double seconds = Disk.awaitFiles(directory, EMPTY_FILES, EMPTY_TIMEOUT_SECONDS);
            String left = String.format(Locale.ROOT, "%.1f MiB left", Disk.used(directory) / MEBIBYTE);
            figures.add(Figure.of("empty after the drain" + what, left, seconds, "s", atMost(5)));
        }
        setup.empty("space");
    }
}
