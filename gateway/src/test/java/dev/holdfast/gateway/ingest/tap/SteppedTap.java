package dev.holdfast.gateway.ingest.tap;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.holdfast.gateway.agent.Signal;
import dev.holdfast.gateway.audit.AuditTrail;
import dev.holdfast.gateway.ingest.tap.PossibleGap.Reason;
import dev.holdfast.gateway.journal.JournalOptions;
import dev.holdfast.gateway.journal.LaneLimits;
import dev.holdfast.gateway.journal.LaneOptions;
import dev.holdfast.gateway.journal.ManualClock;
import dev.holdfast.gateway.journal.MemoryStore;
import dev.holdfast.gateway.journal.StoreJournal;
import dev.holdfast.gateway.journal.WhenFull;
import dev.holdfast.sink.MessageProperties;
import dev.holdfast.tap.Tap;
import dev.holdfast.tap.TapLink;
import dev.holdfast.tap.TapLink.Granted;
import dev.holdfast.tap.TapMessage;
import dev.holdfast.tap.TapSession;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A tap over a real journal and a broker that the test plays, both stepped by hand. */
abstract class SteppedTap {

    final ManualClock clock = new ManualClock();
    final List<String> acknowledged = new ArrayList<>();
    MemoryStore store = new MemoryStore();
    LaneOptions lane = LaneOptions.unlimited(JournalOptions.DEFAULT_LANE);
    StoreJournal journal = openJournal();
    FakeTap tap = new FakeTap();
    AuditTrail audit = new AuditTrail(journal);
    TapAgent agent = openAgent();

    /** A subscription that the test plays. */
    static final class FakeTap implements Tap {

        private @Nullable TapLink link;
        TapSession session = new TapSession(List.of(), false);
        int connects;
        int most;
        boolean limits = true;

        @Override
        public String target() {
            return "mqtt://broker";
        }

        @Override
        public List<String> addresses() {
            return List.of();
        }

        @Override
        public boolean seesIdentity() {
            return true;
        }

        @Override
        public boolean canLimit() {
            return limits;
        }

        @Override
        public void connect(TapLink observer, TapSession known, int mostUnacknowledged) {
            connects++;
            most = mostUnacknowledged;
            link = observer;
            session = known;
        }

        @Override
        public void disconnect() {
            link = null;
        }

        @Override
        public void close() {
            disconnect();
        }

        TapLink link() {
            return requireNonNull(link);
        }
    }

    StoreJournal openJournal() {
        return StoreJournal.open(store, JournalOptions.defaults(List.of()).withLanes(List.of(lane)), clock);
    }

    TapAgent openAgent() {
        return new TapAgent("box", "plant", tap, journal, audit, topic -> 0, clock, new Signal(), new Random(1));
    }

    /** kill -9, and a new start. */
    void crash() {
        store = store.afterCrash();
        journal = openJournal();
        audit = new AuditTrail(journal);
        tap = new FakeTap();
        agent = openAgent();
    }

    void step() {
        long unused = agent.doWork();
    }

    void commit() {
        while (journal.committer().doWork() == 0) {
            // until there is nothing to do
        }
        step();
    }

    /** The link comes up, with or without the session, and the broker grants QoS 1. */
    void connect(boolean present) {
        step();
        tap.link().session(present);
        tap.link().subscribed(List.of(new Granted("a/#", 1, 1, "")));
        step();
        commit();
    }

    TapMessage message(String payload, int qos, MessageProperties properties) {
        return new TapMessage(
                "a/b",
                ByteBuffer.wrap(payload.getBytes(UTF_8)).asReadOnlyBuffer(),
                qos,
                false,
                properties,
                () -> acknowledged.add(payload));
    }

    void receive(String... payloads) {
        for (String payload : payloads) {
            tap.link().received(message(payload, 1, MessageProperties.NONE));
        }
        step();
    }

    List<Reason> possibleGaps() {
        return agent.status().newest().stream().map(PossibleGap::reason).toList();
    }

    static LaneOptions laneOf(int messages, WhenFull whenFull) {
        return new LaneOptions(
                JournalOptions.DEFAULT_LANE,
                new LaneLimits(LaneLimits.UNLIMITED, LaneLimits.UNLIMITED, messages),
                LaneLimits.NOTHING,
                whenFull);
    }
}
