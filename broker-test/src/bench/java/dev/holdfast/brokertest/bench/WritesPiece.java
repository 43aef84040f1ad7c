package dev.holdfast.brokertest.bench;

import dev.holdfast.gateway.journal.Journal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How much is written for what comes in, at several paces, with a route that follows. */
final class WritesPiece {

    private static final int PAYLOAD = 256;
    private static final int SECONDS = 10;
    private static final int QUICK_SECONDS = 3;
    private static final int FULL_SPEED = 0;
    private static final int BATCH = 64;

    private WritesPiece() {}

    static List<Figure> run(Setup setup) {
        return List.of(
                measure(setup, 1, Journals.Commit.GROUP, null),
                measure(setup, 100, Journals.Commit.GROUP, Figure.Target.atMost(5)),
                measure(setup, 100, Journals.Commit.EVERY_200_MS, Figure.Target.atMost(2)),
                measure(setup, 10_000, Journals.Commit.GROUP, null),
                measure(setup, FULL_SPEED, Journals.Commit.GROUP, Figure.Target.atMost(1.4)));
    }

    private static Figure measure(Setup setup, int perSecond, Journals.Commit commit, Figure.@Nullable Target target) {
        Sensors sensors = new Sensors(PAYLOAD, 1);
        Duration time = Duration.ofSeconds(setup.quick() ? QUICK_SECONDS : SECONDS);
        Path directory = setup.empty("writes");
        try (JournalFlow flow =
                new JournalFlow(directory, sensors, perSecond == FULL_SPEED ? BATCH : 1, 1, 1, commit)) {
            flow.keepBehind(0);
            Journal journal = flow.journal();
            long commitsBefore = journal.stats().commits();
            Wear wear = new Wear(directory, Usage::writtenHere);
            long start = System.nanoTime();
            double payload = PAYLOAD * (double) publish(flow, perSecond, setup, time);
            double commits = (journal.stats().commits() - commitsBefore) * 1e9 / (System.nanoTime() - start);
            String every = commit == Journals.Commit.EVERY_200_MS ? ", commit-every: 200ms" : "";
            Wear.Ratios ratios = wear.ratios(payload);
            return Wear.figure(
                    perSecond == FULL_SPEED
                            ? " at full speed, batches of " + BATCH
                            : String.format(Locale.ROOT, " at %,d messages/s%s", perSecond, every),
                    String.format(Locale.ROOT, "%,.0f commits/s", commits),
                    List.of(ratios),
                    target);
        }
    }

    private static long publish(JournalFlow flow, int perSecond, Setup setup, Duration time) {
        if (perSecond != FULL_SPEED) {
            return flow.pace(perSecond, time);
        }
        long messages = setup.messages(3_000_000);
        double unused = flow.run(messages);
        return messages;
    }
}
