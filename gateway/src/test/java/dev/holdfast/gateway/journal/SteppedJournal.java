package dev.holdfast.gateway.journal;

import static dev.holdfast.gateway.journal.StoredMessages.payloads;

import java.time.Duration;
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

    /** The process is killed and started again with other options. */
    void crash(JournalOptions options) {
        store = store.afterCrash();
        journal = open(options);
    }

    static LaneOptions lane(String name, LaneLimits limit, WhenFull whenFull) {
        return new LaneOptions(name, limit, LaneLimits.NOTHING, whenFull);
    }

    static LaneLimits age(Duration age) {
        return new LaneLimits(age.toMillis(), LaneLimits.UNLIMITED, LaneLimits.UNLIMITED);
    }

    static LaneLimits size(long bytes) {
        return new LaneLimits(LaneLimits.UNLIMITED, bytes, LaneLimits.UNLIMITED);
    }

    static LaneLimits count(long messages) {
        return new LaneLimits(LaneLimits.UNLIMITED, LaneLimits.UNLIMITED, messages);
    }

    /** A route has settled everything up to the given message of each lane. */
    void settle(String route, long... upTo) {
        List<LaneProgress> lanes = new ArrayList<>();
        long settled = 0;
        for (int i = 0; i < upTo.length; i++) {
            lanes.add(LaneProgress.from(journal.lanes().get(i).name(), upTo[i] + 1));
            settled += upTo[i];
        }
        journal.saveProgress(route, new RouteProgress(lanes, settled, 0, 0));
        step();
        clock.advance(Duration.ofMillis(101));
        step();
    }

    /** Time passes, and the committer notices. */
    void pass(Duration time) {
        clock.advance(time);
        step();
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
