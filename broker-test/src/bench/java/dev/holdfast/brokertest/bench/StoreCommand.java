package dev.holdfast.brokertest.bench;

import dev.holdfast.gateway.journal.StoreJournal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code bench store}: fills or drains a journal in this JVM, and prints rates, a line each. {@link BacklogPiece} starts
 * it with a small heap. After a fill it stays, to be killed.
 */
@Command(name = "store", hidden = true)
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class StoreCommand implements Callable<Integer> {

    static final String FILLED = "filled";

    private static final int PAYLOAD = 256;
    private static final int BATCH = 512;
    private static final int PARTS = 10;
    private static final int EMPTY_FILES = 3;
    private static final int EMPTY_TIMEOUT_SECONDS = 60;
    private static final long WARM_UP = 500_000;
    private static final Duration RAW = Duration.ofSeconds(1);

    /** What to do. */
    enum Work {
        FILL,
        DRAIN
    }

    @Parameters(index = "0")
    private Work work;

    @Option(names = "--directory", required = true)
    private Path directory;

    @Option(names = "--messages", required = true)
    private long messages;

    @Override
    public Integer call() throws Exception {
        Jvm.endOnFailure();
        if (work == Work.FILL) {
            fill();
        } else {
            drain();
        }
        return 0;
    }

    /** Fills in parts, a rate for each, and before and behind each that of a raw log. */
    private void fill() throws InterruptedException {
        try (StoreJournal journal = Journals.open(warmUp(), List.of(), 1, Journals.Commit.SINGLE)) {
            feed(journal, WARM_UP);
        }
        try (StoreJournal journal = Journals.open(directory, List.of(), 1, Journals.Commit.SINGLE)) {
            print(raw());
            for (int part = 0; part < PARTS; part++) {
                print(feed(journal, messages / PARTS));
                print(raw());
            }
            System.out.println(FILLED);
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    private Path warmUp() {
        return directory.resolveSibling("warm-up");
    }

    private double raw() {
        try (RawLog log = new RawLog(warmUp())) {
            return log.rate(new Sensors(PAYLOAD, 1), BATCH, RAW);
        }
    }

    private static double feed(StoreJournal journal, long messages) {
        Feeder feeder = new Feeder(journal, new Sensors(PAYLOAD, 1), BATCH);
        long end = feeder.fed() + messages;
        long before = feeder.fed();
        long start = System.nanoTime();
        while (feeder.fed() < end) {
            feeder.feed();
        }
        feeder.flush();
        return (feeder.fed() - before) * 1e9 / (System.nanoTime() - start);
    }

    /** Reads, settles and trims everything; prints the rate, and the seconds until the disk is free. */
    private void drain() throws Exception {
        if (!Files.isDirectory(directory)) {
            throw new IllegalStateException("there is no journal in " + directory);
        }
        try (JournalFlow flow = new JournalFlow(directory, new Sensors(PAYLOAD, 1), BATCH, 1, 1)) {
            print(flow.drain());
            print(Disk.awaitFiles(directory, EMPTY_FILES, EMPTY_TIMEOUT_SECONDS));
        }
    }

    private static void print(double number) {
        System.out.println(String.format(Locale.ROOT, "%.3f", number));
        System.out.flush();
    }
}
