package dev.holdfast.gateway.journal;

import static dev.holdfast.gateway.journal.StoredMessages.payloads;

import java.util.ArrayList;
import java.util.List;

/** The journal over a store in memory, its committer stepped by hand. */
abstract class SteppedJournal {

    final ManualClock clock = new ManualClock();
    MemoryStore store = new MemoryStore();
    final List<String> durable = new ArrayList<>();
    StoreJournal journal = open(List.of());

    StoreJournal open(List<RouteInterest> routes) {
        return StoreJournal.open(store, JournalOptions.defaults(routes), clock);
    }

    StoreJournal open(JournalOptions options) {
        return StoreJournal.open(store, options, clock);
    }

    /** The process is killed and started again. */
    void crash(RouteInterest... routes) {
        store = store.afterCrash();
        journal = open(List.of(routes));
    }

    void step() {
        while (journal.committer().doWork() == 0) {
            // until there is nothing to do
        }
    }

    void append(String... payloads) {
        for (String payload : payloads) {
            appendTo("t", payload);
        }
    }

    void appendTo(String topic, String payload) {
        journal.append(StoredMessages.append(topic, payload, durable));
    }

    static RouteInterest wanting(String route, String... topics) {
        List<String> wanted = List.of(topics);
        return new RouteInterest() {
            @Override
            public String route() {
                return route;
            }

            @Override
            public boolean wantsEverything() {
                return wanted.isEmpty();
            }

            @Override
            public boolean wants(Topic topic, Origin origin) {
                return wanted.isEmpty() || wanted.contains(topic.name());
            }

            @Override
            public long fingerprint() {
                return wanted.hashCode();
            }
        };
    }

    static RouteProgress settledUpTo(long sequence, long accepted) {
        return new RouteProgress(List.of(LaneProgress.from(JournalOptions.DEFAULT_LANE, sequence + 1)), accepted, 0, 0);
    }
}
