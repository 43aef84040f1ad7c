package dev.holdfast.brokertest.bench;

import dev.holdfast.gateway.journal.Journal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How much is written for what comes in, at several paces, with a route that follows. */
final class WritesPiece {

    private static final int PAYLOAD = 256;
    private static final int SECONDS = 10;
    private static final int QUICK_SECONDS = 3;

    private WritesPiece() {}

    static List<Figure> run(Setup setup) {
        List<Figure> figures = new ArrayList<>();
        for (int perSecond : new int[] {1, 100, 10_000}) {
            figures.add(measure(setup, perSecond));
        }
        return figures;
    }

    private static Figure measure(Setup setup, int perSecond) {
        Sensors sensors = new Sensors(PAYLOAD, 1);
        Duration time = Duration.ofSeconds(setup.quick() ? QUICK_SECONDS : SECONDS);
        try (JournalFlow flow = new JournalFlow(setup.empty("writes"), sensors, 1, 1, 1, Journals.Commit.GROUP)) {
            flow.keepBehind(0);
            Journal journal = flow.journal();
            long commitsBefore = journal.stats().commits();
            long before = written();
            long messages = flow.pace(perSecond, time);
            double amplification = (written() - before) / (double) (messages * PAYLOAD);
            double commits = (journal.stats().commits() - commitsBefore) / (double) time.toSeconds();
            return Figure.of(
                    String.format(Locale.ROOT, "bytes written for a byte of payload at %,d messages/s", perSecond),
                    String.format(Locale.ROOT, "%,.0f commits/s", commits),
                    amplification,
                    "×",
                    null);
        }
    }

    /** Bytes that this process has handed to write(2). */
    static long written() {
        try {
            return Files.readAllLines(Path.of("/proc/self/io")).stream()
                    .filter(line -> line.startsWith("wchar: "))
                    .mapToLong(line -> Long.parseLong(line.substring("wchar: ".length())))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
