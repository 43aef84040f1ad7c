package dev.holdfast.gateway.forward;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.gateway.agent.Signal;
import dev.holdfast.gateway.journal.Append;
import dev.holdfast.gateway.journal.Fragment;
import dev.holdfast.gateway.journal.JournalOptions;
import dev.holdfast.gateway.journal.LaneOptions;
import dev.holdfast.gateway.journal.LaneProgress;
import dev.holdfast.gateway.journal.ManualClock;
import dev.holdfast.gateway.journal.MemoryStore;
import dev.holdfast.gateway.journal.Origin;
import dev.holdfast.gateway.journal.SideTable;
import dev.holdfast.gateway.journal.StoreJournal;
import dev.holdfast.gateway.journal.Topic;
import dev.holdfast.gateway.route.Interest;
import dev.holdfast.gateway.route.TopicFilter;
import dev.holdfast.sink.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A forwarder over a real journal and a sink that the test plays, both stepped by hand. */
abstract class SteppedRoute {

    static final Outcome REJECTED = new Outcome.Rejected("payload format invalid");
    static final Outcome PAUSED = new Outcome.Paused("not authorized (0x87)");
    static final int ATTEMPTS = 4;

    final ManualClock clock = new ManualClock();
    Interest interest = interest("#");
    Duration commitEvery = Duration.ZERO;
    MemoryStore store = new MemoryStore();
    StoreJournal journal = openJournal();
    FakeSink sink = new FakeSink();
    Signal signal = new Signal();
    int window = 8;
    Forwarder forwarder = openForwarder();

    static Interest interest(String filter) {
        return new Interest("cloud", List.of(TopicFilter.of(filter)));
    }

    List<LaneOptions> lanes() {
        return List.of(LaneOptions.unlimited(JournalOptions.DEFAULT_LANE));
    }

    StoreJournal openJournal() {
        JournalOptions options =
                JournalOptions.defaults(List.of(interest)).withLanes(lanes()).withCommitEvery(commitEvery);
        return StoreJournal.open(store, options, clock);
    }

    Forwarder openForwarder() {
        ForwarderOptions options = ForwarderOptions.of("box", interest, window, ATTEMPTS, Duration.ofSeconds(20));
        return new Forwarder(options, journal, sink, clock, signal, new Random(1));
    }

    /** kill -9, and a new start. */
    void crash() {
        store = store.afterCrash();
        journal = openJournal();
        sink = new FakeSink();
        forwarder = openForwarder();
    }

    void publish(String... payloads) {
        for (String payload : payloads) {
            publishTo("t", payload);
        }
        commit();
    }

    void publishTo(String topic, String payload) {
        publishTo(topic, payload, new byte[0]);
    }

    void publishTo(int lane, String topic, String payload) {
        publishTo(lane, topic, payload, new byte[0]);
    }

    void publishTo(String topic, String payload, byte[] properties) {
        publishTo(0, topic, payload, properties);
    }

    private void publishTo(int lane, String topic, String payload, byte[] properties) {
        byte[] bytes = payload.getBytes(UTF_8);
        Fragment fragment = new Fragment(lane, Origin.frontDoor("device"), journal.gatewayMillis(), 64);
        fragment.begin(Topic.of(topic), 1, false, properties.length, bytes.length);
        int at = fragment.claim(properties.length);
        System.arraycopy(properties, 0, fragment.buffer(), at, properties.length);
        at = fragment.claim(bytes.length);
        System.arraycopy(bytes, 0, fragment.buffer(), at, bytes.length);
        journal.append(new Append(List.of(fragment), List.of(), () -> {}));
    }

    void commit() {
        while (journal.committer().doWork() == 0) {
            // until nothing waits
        }
    }

    /** Lets both agents do what they can, without time passing. */
    void step() {
        for (int i = 0; i < 5; i++) {
            forwarder.doWork();
            commit();
        }
    }

    void pass(Duration time) {
        step();
        clock.advance(time);
        step();
    }

    void connect() {
        awaitConnect();
        sink.up();
        step();
    }

    /** Lets time pass until the forwarder asks for a link. */
    void awaitConnect() {
        step();
        for (int i = 0; i < 100 && !sink.isAsked(); i++) {
            pass(Duration.ofSeconds(1));
        }
    }

    RouteStatus status() {
        pass(Duration.ofMillis(20));
        return forwarder.status();
    }

    List<LaneProgress.Range> pending() {
        return status().lanes().get(0).progress().pending();
    }

    static LaneProgress.Range from(long sequence) {
        return new LaneProgress.Range(sequence, LaneProgress.Range.OPEN);
    }

    List<String> deadLetters() {
        List<String> found = new ArrayList<>();
        journal.scan(SideTable.DEAD_LETTERS, (key, value) -> found.add(new String(value, UTF_8)));
        return found;
    }

    /** MQTT 5 properties with a message expiry. */
    static byte[] expiry(int seconds) {
        return new byte[] {2, 0, 0, 0, (byte) seconds};
    }
}
