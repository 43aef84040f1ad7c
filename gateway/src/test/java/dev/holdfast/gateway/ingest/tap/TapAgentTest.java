package dev.holdfast.gateway.ingest.tap;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.holdfast.gateway.agent.Signal;
import dev.holdfast.gateway.audit.AuditEntry;
import dev.holdfast.gateway.audit.AuditEntry.Event;
import dev.holdfast.gateway.audit.AuditTrail;
import dev.holdfast.gateway.ingest.tap.PossibleGap.Reason;
import dev.holdfast.gateway.journal.JournalOptions;
import dev.holdfast.gateway.journal.LaneLimits;
import dev.holdfast.gateway.journal.LaneOptions;
import dev.holdfast.gateway.journal.ManualClock;
import dev.holdfast.gateway.journal.MemoryStore;
import dev.holdfast.gateway.journal.StoreJournal;
import dev.holdfast.gateway.journal.WhenFull;
import dev.holdfast.sink.Link;
import dev.holdfast.sink.MessageProperties;
import dev.holdfast.sink.MessageProperties.UserProperty;
import dev.holdfast.tap.Tap;
import dev.holdfast.tap.TapLink;
import dev.holdfast.tap.TapLink.Granted;
import dev.holdfast.tap.TapMessage;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A tap over a real journal and a broker that the test plays, both stepped by hand. */
class TapAgentTest {

    private static final int LARGE = 5 << 20;

    private final ManualClock clock = new ManualClock();
    private final List<String> acknowledged = new ArrayList<>();
    private MemoryStore store = new MemoryStore();
    private LaneOptions lane = LaneOptions.unlimited(JournalOptions.DEFAULT_LANE);
    private StoreJournal journal = openJournal();
    private FakeTap tap = new FakeTap();
    private AuditTrail audit = new AuditTrail(journal);
    private TapAgent agent = openAgent();

    /** A subscription that the test plays. */
    private static final class FakeTap implements Tap {

        private @Nullable TapLink link;
        private List<String> subscribed = List.of();
        private int connects;
        private int most;
        private boolean limits = true;

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
        public void connect(TapLink observer, List<String> known, int mostUnacknowledged) {
            connects++;
            most = mostUnacknowledged;
            link = observer;
            subscribed = known;
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

    private StoreJournal openJournal() {
        return StoreJournal.open(store, JournalOptions.defaults(List.of()).withLanes(List.of(lane)), clock);
    }

    private TapAgent openAgent() {
        return new TapAgent("box", "plant", tap, journal, audit, topic -> 0, clock, new Signal(), new Random(1));
    }

    /** kill -9, and a new start. */
    private void crash() {
        store = store.afterCrash();
        journal = openJournal();
        audit = new AuditTrail(journal);
        tap = new FakeTap();
        agent = openAgent();
    }

    private void step() {
        long unused = agent.doWork();
    }

    private void commit() {
        while (journal.committer().doWork() == 0) {
            // until there is nothing to do
        }
        step();
    }

    /** The link comes up, with or without the session, and the broker grants QoS 1. */
    private void connect(boolean present) {
        step();
        tap.link().session(present);
        tap.link().subscribed(List.of(new Granted("a/#", 1, 1, "")));
        step();
        commit();
    }

    private TapMessage message(String payload, int qos, MessageProperties properties) {
        return new TapMessage(
                "a/b",
                ByteBuffer.wrap(payload.getBytes(UTF_8)).asReadOnlyBuffer(),
                qos,
                false,
                properties,
                () -> acknowledged.add(payload));
    }

    private void receive(String... payloads) {
        for (String payload : payloads) {
            tap.link().received(message(payload, 1, MessageProperties.NONE));
        }
        step();
    }

    private List<Reason> possibleGaps() {
        return agent.status().newest().stream().map(PossibleGap::reason).toList();
    }

    // --- messages -----------------------------------------------------------------------------------------------

    @Test
    void shouldAcknowledgeWhatIsDurableAndNothingBefore() {
        connect(false);
        receive("1", "2");
        assertThat(acknowledged).isEmpty();
        assertThat(agent.status().unacknowledged()).isEqualTo(2);

        commit();

        assertThat(acknowledged).containsExactly("1", "2");
        assertThat(journal.head(0)).isEqualTo(2);
        assertThat(agent.status().unacknowledged()).isZero();
    }

    @Test
    void shouldAcknowledgeNothingWhenTheCommitFails() {
        connect(false);
        receive("1");
        store.failCommits();
        try {
            commit();
        } catch (RuntimeException e) {
            step(); // the process would end
        }

        assertThat(acknowledged).isEmpty();
    }

    @Test
    void shouldTakeNothingBeforeItIsKnownWhetherTheSessionWasThere() {
        step();
        receive("1");
        commit();
        assertThat(journal.head(0)).isZero();

        tap.link().session(true);
        step();
        commit();

        assertThat(acknowledged).containsExactly("1");
    }

    @Test
    void shouldThrowAwayWhatWasNotTakenWhenTheLinkIsLost() {
        lane = new LaneOptions(
                JournalOptions.DEFAULT_LANE,
                new LaneLimits(LaneLimits.UNLIMITED, LaneLimits.UNLIMITED, 1),
                LaneLimits.NOTHING,
                WhenFull.STALL);
        crash();
        connect(false);
        receive("1");
        commit();
        receive("2", "3");
        assertThat(agent.status().waiting()).isTrue();
        tap.link().down("gone", Link.Hint.LOST);
        step();

        assertThat(agent.status().unacknowledged()).isZero();
        assertThat(agent.status().state()).isEqualTo(TapState.RETRYING);
        assertThat(acknowledged).containsExactly("1");
    }

    @ParameterizedTest
    @EnumSource(WhenFull.class)
    void shouldLeaveToTheBrokerWhatALaneDoesNotTake(WhenFull whenFull) {
        lane = laneOf(1, whenFull);
        crash();
        connect(false);
        receive("1");
        commit();
        receive("2");
        commit();

        boolean makesRoom = whenFull == WhenFull.DROP_OLDEST;
        assertThat(agent.status().waiting()).isEqualTo(!makesRoom);
        assertThat(acknowledged).hasSize(makesRoom ? 2 : 1);
    }

    /** However much has come before it looks: a lane holds hardly more than its limit. */
    @Test
    void shouldKeepToTheLimitOfALaneWhenMuchComesAtOnce() {
        int limit = 50;
        lane = laneOf(limit, WhenFull.STALL);
        crash();
        connect(false);
        receive(IntStream.range(0, 1_000).mapToObj(i -> "m" + i).toArray(String[]::new));
        commit();

        assertThat(agent.status().waiting()).isTrue();
        assertThat(journal.head(0)).isBetween((long) limit, limit + 32L);
        assertThat(acknowledged).hasSize((int) journal.head(0));
    }

    @Test
    void shouldEndALinkThatBringsMoreThanFitsIntoMemory() {
        connect(false);
        String large = "x".repeat(1 << 20);
        for (int i = 0; i < 40; i++) {
            tap.link().received(message(large, 1, MessageProperties.NONE));
        }
        step();
        commit();
        assertThat(agent.status().state()).isEqualTo(TapState.RETRYING);
        assertThat(agent.status().lastError()).contains("40 messages that wait to be stored take 40 MiB");
        assertThat(journal.head(0)).as("they come again").isZero();

        clock.advance(Duration.ofMinutes(1));
        connect(true);
        assertThat(tap.most).as("allowed from now on").isBetween(10, 16);
        receive(Collections.nCopies(tap.most, large).toArray(String[]::new));
        for (int i = 0; i < tap.most; i++) {
            commit(); // as many as the memory for what waits has room for
        }

        assertThat(agent.status().state()).isEqualTo(TapState.SUBSCRIBED);
        assertThat(acknowledged).hasSize(tap.most);
    }

    @Test
    void shouldKeepALinkThatCannotBringLess() {
        connect(false);
        tap.limits = false;
        for (int i = 0; i < 40; i++) {
            tap.link().received(message("x".repeat(1 << 20), 1, MessageProperties.NONE));
        }
        step();
        for (int i = 0; i < 40; i++) {
            commit();
        }

        assertThat(agent.status().state()).isEqualTo(TapState.SUBSCRIBED);
        assertThat(acknowledged).hasSize(40);
    }

    @Test
    void shouldNotStoreWhatThisGatewayHasSent() {
        connect(false);
        tap.link().received(message("own", 1, stamped("box/default/0123456789abcdef/1/0")));
        tap.link().received(message("other", 1, stamped("box2/default/0123456789abcdef/1/0")));
        step();
        commit();

        assertThat(acknowledged).containsExactly("own", "other");
        assertThat(journal.head(0)).isEqualTo(1);
        assertThat(agent.status().own()).isEqualTo(1);
    }

    private static MessageProperties stamped(String stamp) {
        return new MessageProperties(null, null, null, null, null, List.of(new UserProperty("holdfast", stamp)));
    }

    // --- possible gaps ------------------------------------------------------------------------------------------

    @Test
    void shouldSayThatASessionWasLostAlsoToThoseWhoComeLater() {
        connect(false);
        assertThat(possibleGaps()).as("there was none before").isEmpty();
        crash();
        connect(true);
        assertThat(possibleGaps()).isEmpty();
        crash();
        connect(false);
        assertThat(possibleGaps()).containsExactly(Reason.SESSION_LOST);
        crash();

        assertThat(agent.status().possibleGaps()).isEqualTo(1);
        assertThat(audit.newestFirst())
                .extracting(AuditEntry::event, AuditEntry::subject, AuditEntry::reason)
                .containsExactly(tuple(Event.POSSIBLE_GAP, "plant", "session-lost"));
        assertThat(audit.newestFirst().get(0).text()).contains("the broker had our session no more");
    }

    @Test
    void shouldSayOnceWhatTheBrokerDoesNotGrant() {
        List<Granted> less =
                List.of(new Granted("a/#", 1, 0, ""), new Granted("b", 1, Granted.REFUSED, "not authorized"));
        step();
        tap.link().session(false);
        tap.link().subscribed(less);
        step();
        assertThat(possibleGaps()).containsExactly(Reason.QOS_LOWERED, Reason.SUBSCRIPTION_REFUSED);
        assertThat(agent.status().lastError()).contains("does not let us subscribe to b: not authorized");
        commit();
        crash();
        step();
        assertThat(tap.subscribed).containsExactly("a/#");
        tap.link().session(true);
        tap.link().subscribed(less);
        step();

        assertThat(agent.status().possibleGaps()).isEqualTo(2);
        assertThat(agent.status().lastError()).as("it is still so").contains("not authorized");
    }

    @Test
    void shouldPauseWhenEverythingIsRefused() {
        step();
        tap.link().session(false);
        tap.link().subscribed(List.of(new Granted("a/#", 1, Granted.REFUSED, "not authorized")));
        step();
        assertThat(agent.status().state()).isEqualTo(TapState.PAUSED);

        clock.advance(Duration.ofMinutes(1));
        step();

        assertThat(tap.connects).isEqualTo(2);
    }

    @Test
    void shouldSayWhenTheBrokerHasDroppedMoreThanBefore() {
        connect(false);
        tap.link().brokerDropped(7);
        step();
        assertThat(possibleGaps()).as("who knows when").isEmpty();
        tap.link().brokerDropped(7);
        step();
        assertThat(possibleGaps()).isEmpty();
        commit();
        crash();
        connect(true);
        tap.link().brokerDropped(9);
        step();
        assertThat(possibleGaps()).containsExactly(Reason.BROKER_DROPPED);
        assertThat(agent.status().newest().get(0).text()).contains("has dropped 9 messages, 2 more");
        tap.link().brokerDropped(12);
        step();
        assertThat(audit.newestFirst()).as("it goes on").hasSize(1);
        clock.advance(Duration.ofMinutes(2));
        tap.link().brokerDropped(1);
        step();
        assertThat(audit.newestFirst()).hasSize(2);

        assertThat(agent.status().newest().get(1).text())
                .as("it was started anew")
                .contains("1 more");
    }

    @Test
    void shouldDropAndTellWhatNobodyAcknowledgesAndThereIsNoMemoryFor() {
        connect(false);
        for (int i = 0; i < 100; i++) {
            tap.link().received(message("x".repeat(1 << 20), 0, MessageProperties.NONE));
        }
        step();
        while (agent.status().unacknowledged() > 0) { // the committer's memory has a bound too
            commit();
        }

        assertThat(possibleGaps()).containsExactly(Reason.BEST_EFFORT_DROPPED);
        assertThat(journal.head(0)).isEqualTo(8);
    }

    @Test
    void shouldNotFillTheMemoryWithWhatItTellsOfDroppedMessages() {
        fillLane();
        flood(100);
        long queued = journal.stats().queuedBytes();
        for (int i = 0; i < 1_000; i++) {
            flood(1);
        }
        assertThat(journal.stats().queuedBytes()).isEqualTo(queued);

        clock.advance(Duration.ofSeconds(11));
        step();
        assertThat(agent.status().newest()).hasSize(1);
        assertThat(agent.status().newest().get(0).text()).startsWith("1092 messages");
    }

    @Test
    void shouldTellOfDroppedMessagesAtTheEndOfALink() {
        fillLane();
        flood(100);
        flood(50);
        tap.link().down("lost", Link.Hint.LOST);
        step();

        assertThat(agent.status().newest().get(0).text()).startsWith("142 messages");
    }

    @Test
    void shouldCountThePropertiesOfWhatNobodyAcknowledges() {
        fillLane();
        MessageProperties large = new MessageProperties(
                null, null, null, null, null, List.of(new UserProperty("name", "x".repeat(1 << 20))));
        for (int i = 0; i < 100; i++) {
            tap.link().received(message("m", 0, large));
        }
        step();

        assertThat(possibleGaps()).containsExactly(Reason.BEST_EFFORT_DROPPED);
    }

    /** With one message, which is as much as it takes. */
    private void fillLane() {
        lane = laneOf(1, WhenFull.STALL);
        crash();
        connect(false);
        receive("1");
        commit();
    }

    private static LaneOptions laneOf(int messages, WhenFull whenFull) {
        return new LaneOptions(
                JournalOptions.DEFAULT_LANE,
                new LaneLimits(LaneLimits.UNLIMITED, LaneLimits.UNLIMITED, messages),
                LaneLimits.NOTHING,
                whenFull);
    }

    /** So many messages of a megabyte that nobody acknowledges, more than there is memory for. */
    private void flood(int messages) {
        for (int i = 0; i < messages; i++) {
            tap.link().received(message("x".repeat(1 << 20), 0, MessageProperties.NONE));
        }
        step();
    }

    @Test
    void shouldTellOfAMessageThatTheStoreCantTakeAndGoOn() {
        connect(false);
        receive("x".repeat(LARGE), "next");
        commit();

        assertThat(possibleGaps()).containsExactly(Reason.TOO_LARGE);
        assertThat(agent.status().newest().get(0).text()).contains("a/b is larger than the store can take");
        assertThat(acknowledged).hasSize(2).endsWith("next");
        assertThat(journal.head(0)).isEqualTo(1);
    }

    // --- the link -----------------------------------------------------------------------------------------------

    @Test
    void shouldTryAgainWhenNothingComesOfALink() {
        step();
        clock.advance(Duration.ofSeconds(41));
        step();
        assertThat(agent.status().lastError()).isEqualTo("no answer within 40 s");
        clock.advance(Duration.ofSeconds(2));
        step();

        assertThat(tap.connects).isEqualTo(2);
    }

    @Test
    void shouldAcknowledgeAtItsEndWhatIsDurableThen() {
        connect(false);
        receive("1");
        Thread committer = new Thread(() -> {
            while (journal.committer().doWork() == 0) {
                // until there is nothing to do
            }
        });
        committer.start();
        agent.onClose();

        assertThat(acknowledged).containsExactly("1");
        assertThat(agent.status().state()).isEqualTo(TapState.STOPPED);
    }
}
