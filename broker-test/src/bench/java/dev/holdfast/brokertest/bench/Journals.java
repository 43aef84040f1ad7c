package dev.holdfast.brokertest.bench;

import dev.holdfast.gateway.journal.Journal;
import dev.holdfast.gateway.journal.JournalOptions;
import dev.holdfast.gateway.journal.LaneOptions;
import dev.holdfast.gateway.journal.LaneState;
import dev.holdfast.gateway.journal.Origin;
import dev.holdfast.gateway.journal.RouteInterest;
import dev.holdfast.gateway.journal.Store;
import dev.holdfast.gateway.journal.StoreJournal;
import dev.holdfast.gateway.journal.Topic;
import dev.holdfast.gateway.journal.xodus.XodusStore;
import dev.holdfast.gateway.time.Clock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** Opens journals: what the benchmarks know of its options is here. */
final class Journals {

    private static final int EXIT_STORE = 74;
    private static final int NO_RESERVE = 0;

    /** A route that wants everything. */
    private record Everything(String route) implements RouteInterest {

        @Override
        public boolean wantsEverything() {
            return true;
        }

        @Override
        public boolean wants(Topic topic, Origin origin) {
            return true;
        }

        @Override
        public long fingerprint() {
            return 1;
        }
    }

    /** How much one transaction takes. */
    enum Commit {
        /** Everything that waits, as in the gateway. */
        GROUP,
        /** One append, so that the batch is as large as the benchmark says. */
        SINGLE,
        /** Everything that has come in for 200 ms: {@code commit-every: 200ms}. */
        EVERY_200_MS
    }

    private Journals() {}

    /** Opens and starts one. A failed commit ends the process. */
    static StoreJournal open(Path directory, List<String> routes, int lanes, Commit commit) {
        return open(timed(directory), routes, lanes, commit);
    }

    /** Opens and starts one over a store. */
    static StoreJournal open(Store store, List<String> routes, int lanes, Commit commit) {
        StoreJournal journal = StoreJournal.open(store, options(routes, lanes, commit), Clock.system());
        journal.start(failure -> {
            failure.printStackTrace();
            Runtime.getRuntime().halt(EXIT_STORE);
        });
        return journal;
    }

    /** Opens a store that notes how long commits take. The reserve is made once in a store's life, and not measured. */
    static TimedStore timed(Path directory) {
        return new TimedStore(XodusStore.open(directory, NO_RESERVE));
    }

    private static JournalOptions options(List<String> routes, int lanes, Commit commit) {
        JournalOptions defaults = JournalOptions.defaults(
                routes.stream().map(Journals::everything).toList());
        List<String> names = IntStream.range(0, lanes)
                .mapToObj(i -> i == lanes - 1 ? JournalOptions.DEFAULT_LANE : "lane-" + i)
                .toList();
        JournalOptions options =
                defaults.withLanes(names.stream().map(LaneOptions::unlimited).toList());
        return switch (commit) {
            case GROUP -> options;
            case SINGLE ->
                options.withSizes(options.maxQueuedBytes(), 1, options.maxChunkBytes(), options.diskUnitBytes());
            case EVERY_200_MS -> options.withCommitEvery(Duration.ofMillis(200));
        };
    }

    private static RouteInterest everything(String route) {
        return new Everything(route);
    }

    /** How many messages are stored. */
    static long stored(Journal journal) {
        return journal.lanes().stream().mapToLong(LaneState::messages).sum();
    }

    /** How many messages were ever stored. */
    static long head(Journal journal) {
        return journal.lanes().stream().mapToLong(LaneState::head).sum();
    }
}
