package dev.holdfast.gateway.forward;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.agent.Signal;
import dev.holdfast.gateway.journal.Append;
import dev.holdfast.gateway.journal.Fragment;
import dev.holdfast.gateway.journal.JournalOptions;
import dev.holdfast.gateway.journal.LaneProgress;
import dev.holdfast.gateway.journal.ManualClock;
import dev.holdfast.gateway.journal.MemoryStore;
import dev.holdfast.gateway.journal.Origin;
import dev.holdfast.gateway.journal.SideTable;
import dev.holdfast.gateway.journal.StoreJournal;
import dev.holdfast.gateway.journal.Topic;
import dev.holdfast.gateway.route.Interest;
import dev.holdfast.gateway.route.TopicFilter;
import dev.holdfast.sink.Link;
import dev.holdfast.sink.Message;
import dev.holdfast.sink.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The forwarder over a real journal and a sink that the test plays, both stepped by hand. */
class ForwarderTest {

    private static final Outcome REJECTED = new Outcome.Rejected("payload format invalid");
    private static final Outcome PAUSED = new Outcome.Paused("not authorized (0x87)");
    private static final int ATTEMPTS = 4;

    private final ManualClock clock = new ManualClock();
    private Interest interest = interest("#");
    private MemoryStore store = new MemoryStore();
    private StoreJournal journal = openJournal();
    private FakeSink sink = new FakeSink();
    private int window = 8;
    private Forwarder forwarder = openForwarder();

    private static Interest interest(String filter) {
        return new Interest("cloud", List.of(TopicFilter.of(filter)));
    }

    private StoreJournal openJournal() {
        return StoreJournal.open(store, JournalOptions.defaults(List.of(interest)), clock);
    }

    private Forwarder openForwarder() {
        ForwarderOptions options = ForwarderOptions.of("box", interest, window, ATTEMPTS, Duration.ofSeconds(20));
        return new Forwarder(options, journal, sink, clock, new Signal(), new Random(1));
    }

    /** kill -9, and a new start. */
    private void crash() {
        store = store.reopen();
        journal = openJournal();
        sink = new FakeSink();
        forwarder = openForwarder();
    }

    private void publish(String... payloads) {
        for (String payload : payloads) {
            publishTo("t", payload);
        }
        commit();
    }

    private void publishTo(String topic, String payload) {
        publishTo(topic, payload, new byte[0]);
    }

    private void publishTo(String topic, String payload, byte[] properties) {
        byte[] bytes = payload.getBytes(UTF_8);
        Fragment fragment = new Fragment(0, Origin.frontDoor("device"), journal.gatewayMillis(), 64);
        fragment.begin(Topic.of(topic), 1, false, properties.length, bytes.length);
        int at = fragment.claim(properties.length);
        System.arraycopy(properties, 0, fragment.buffer(), at, properties.length);
        at = fragment.claim(bytes.length);
        System.arraycopy(bytes, 0, fragment.buffer(), at, bytes.length);
        journal.append(new Append(List.of(fragment), List.of(), () -> {}));
    }

    private void commit() {
        while (journal.committer().doWork() == 0) {
            // until nothing waits
        }
    }

    /** Lets both agents do what they can, without time passing. */
    private void step() {
        for (int i = 0; i < 5; i++) {
            forwarder.doWork();
            commit();
        }
    }

    private void pass(Duration time) {
        step();
        clock.advance(time);
        step();
    }

    private void connect() {
        awaitConnect();
        sink.up();
        step();
    }

    /** Lets time pass until the forwarder asks for a link. */
    private void awaitConnect() {
        step();
        for (int i = 0; i < 100 && !sink.isAsked(); i++) {
            pass(Duration.ofSeconds(1));
        }
    }

    private RouteStatus status() {
        pass(Duration.ofMillis(20));
        return forwarder.status();
    }

    private List<LaneProgress.Range> pending() {
        return status().lanes().get(0).progress().pending();
    }

    private static LaneProgress.Range from(long sequence) {
        return new LaneProgress.Range(sequence, LaneProgress.Range.OPEN);
    }

    private List<String> deadLetters() {
        List<String> found = new ArrayList<>();
        journal.scan(SideTable.DEAD_LETTERS, (key, value) -> found.add(new String(value, UTF_8)));
        return found;
    }

    // --- delivering ---------------------------------------------------------------------------------------------

    @Test
    void shouldDeliverInOrderAndMoveOnAsItIsAccepted() {
        publish("1", "2", "3");
        connect();
        assertThat(sink.delivered()).containsExactly("1", "2", "3");
        assertThat(pending()).containsExactly(from(1));

        sink.answer(Outcome.ACCEPTED);
        sink.answer(Outcome.ACCEPTED);
        step();

        assertThat(pending()).containsExactly(from(3));
        assertThat(forwarder.status().accepted()).isEqualTo(2);
        assertThat(forwarder.status().state()).isEqualTo(RouteState.DELIVERING);
    }

    @Test
    void shouldDeliverOnlyWhatIsDurable() {
        connect();
        publishTo("t", "not yet");
        forwarder.doWork();
        assertThat(sink.delivered()).isEmpty();

        commit();
        step();
        assertThat(sink.delivered()).containsExactly("not yet");
    }

    @Test
    void shouldHaveNoMoreInFlightThanTheWindowAndTheBrokerAllow() {
        publish("1", "2", "3", "4", "5", "6", "7", "8", "9", "10");
        pass(Duration.ZERO);
        sink.up(3);
        step();
        assertThat(sink.unanswered()).containsExactly("1", "2", "3");

        sink.answer(Outcome.ACCEPTED);
        step();
        assertThat(sink.unanswered()).containsExactly("2", "3", "4");

        sink.down("gone", Link.Hint.LOST);
        connect();
        assertThat(sink.unanswered()).hasSize(8);
    }

    @Test
    void shouldBoundTheBytesInFlight() {
        String large = "x".repeat(1 << 20);
        publish(large, large, large, large, large, large);
        connect();

        assertThat(sink.unanswered()).hasSize(4);
    }

    @Test
    void shouldPassOverWhatTheRouteDoesNotWant() {
        interest = interest("wanted/#");
        crash();
        publishTo("wanted/a", "1");
        publishTo("other", "2");
        publishTo("wanted/b", "3");
        publishTo("other", "4");
        commit();
        connect();

        assertThat(sink.delivered()).containsExactly("1", "3");
        sink.acceptAll();
        step();
        assertThat(pending()).containsExactly(from(5));
    }

    @Test
    void shouldStampWithThePreviousMessageThatTheRouteWants() {
        interest = interest("wanted/#");
        crash();
        publishTo("wanted/a", "1");
        publishTo("other", "2");
        publishTo("wanted/b", "3");
        commit();
        connect();

        String epoch = "%016x".formatted(journal.epoch());
        assertThat(sink.stamps()).containsExactly("box/default/" + epoch + "/1/0", "box/default/" + epoch + "/3/1");
    }

    // --- a lost link --------------------------------------------------------------------------------------------

    @Test
    void shouldGoBackToTheLowestPendingMessageWhenTheLinkIsLost() {
        publish("1", "2", "3", "4");
        connect();
        sink.answer(Outcome.ACCEPTED);
        sink.down("connection reset", Link.Hint.LOST);
        step();
        assertThat(status().state()).isEqualTo(RouteState.RETRYING);
        assertThat(status().lastError()).isEqualTo("connection reset");

        connect();
        assertThat(sink.delivered()).containsExactly("1", "2", "3", "4", "2", "3", "4");
        sink.acceptAll();
        assertThat(status().accepted()).isEqualTo(4);
        assertThat(status().state()).isEqualTo(RouteState.DELIVERING);
        assertThat(status().lastError()).isEmpty();
    }

    @Test
    void shouldNotSendAgainWhatWasAcceptedOutOfOrder() {
        publish("1", "2", "3", "4", "5");
        connect();
        sink.take("2").answer(Outcome.ACCEPTED);
        sink.take("4").answer(Outcome.ACCEPTED);
        step();
        assertThat(pending()).containsExactly(new LaneProgress.Range(1, 1), new LaneProgress.Range(3, 3), from(5));
        assertThat(status().accepted()).isEqualTo(2);

        sink.down("gone", Link.Hint.LOST);
        connect();
        assertThat(sink.unanswered()).containsExactly("1", "3", "5");
        assertThat(pending()).containsExactly(new LaneProgress.Range(1, 1), new LaneProgress.Range(3, 3), from(5));

        sink.acceptAll();
        assertThat(status().accepted()).isEqualTo(5);
        assertThat(pending()).containsExactly(from(6));
    }

    @Test
    void shouldSendTheSameStampAgainAfterALossAndAfterACrash() {
        publish("1", "2", "3", "4");
        connect();
        sink.answer(Outcome.ACCEPTED);
        sink.take("3").answer(Outcome.ACCEPTED);
        List<String> first = List.copyOf(sink.stamps());
        status();
        sink.down("gone", Link.Hint.LOST);
        connect();
        assertThat(sink.stamps().subList(4, 6)).containsExactly(first.get(1), first.get(3));

        pass(Duration.ofMillis(150));
        pass(Duration.ofMillis(150));
        crash();
        connect();
        assertThat(sink.delivered()).containsExactly("2", "4");
        assertThat(sink.stamps()).containsExactly(first.get(1), first.get(3));
    }

    @Test
    void shouldSendAgainAfterACrashOnlyWhatWasNotWritten() {
        publish("1", "2", "3", "4");
        connect();
        sink.answer(Outcome.ACCEPTED);
        sink.answer(Outcome.ACCEPTED);
        pass(Duration.ofMillis(20));
        pass(Duration.ofMillis(110));
        sink.answer(Outcome.ACCEPTED);
        step();

        crash();
        connect();

        assertThat(sink.delivered()).containsExactly("3", "4");
        assertThat(forwarder.status().accepted()).isEqualTo(2);
    }

    @Test
    void shouldTakeALateOutcomeOfALostLinkForNothing() {
        publish("1", "2");
        connect();
        FakeSink.Delivery late = sink.take("1");
        sink.down("gone", Link.Hint.LOST);
        connect();
        assertThat(sink.unanswered()).containsExactly("1", "2");

        late.answer(Outcome.ACCEPTED);
        step();

        assertThat(pending()).containsExactly(from(1));
    }

    @Test
    void shouldWaitLongerAfterEachFailureUpToALimit() {
        long previous = 0;
        for (int i = 0; i < 12; i++) {
            awaitConnect();
            int before = sink.connects();
            sink.down("connection refused", Link.Hint.LOST);
            step();
            long waited = 0;
            while (sink.connects() == before) {
                pass(Duration.ofMillis(10));
                waited += 10;
            }
            assertThat(waited).isLessThanOrEqualTo(10_000 + 10);
            assertThat(waited).isGreaterThanOrEqualTo(Math.min(5_000, previous / 2));
            previous = waited;
        }
        assertThat(previous).isGreaterThanOrEqualTo(5_000);
    }

    @Test
    void shouldGiveUpALinkThatDoesNotComeUp() {
        pass(Duration.ZERO);
        assertThat(sink.connects()).isEqualTo(1);

        pass(Duration.ofSeconds(31));

        assertThat(sink.disconnects()).isEqualTo(1);
        assertThat(status().lastError()).contains("no answer within 30 s");
    }

    @Test
    void shouldTakeDownALinkThatAcknowledgesNothing() {
        publish("1", "2");
        connect();
        pass(Duration.ofSeconds(15));
        sink.answer(Outcome.ACCEPTED);
        step();
        pass(Duration.ofSeconds(15));
        assertThat(sink.disconnects()).isZero();

        pass(Duration.ofSeconds(6));

        assertThat(sink.disconnects()).isEqualTo(1);
        assertThat(status().lastError()).contains("nothing was acknowledged for 20 s");
        connect();
        assertThat(sink.unanswered()).containsExactly("2");
    }

    @Test
    void shouldNotMindAnIdleLink() {
        connect();
        pass(Duration.ofHours(5));

        assertThat(sink.disconnects()).isZero();
        publish("1");
        step();
        pass(Duration.ofSeconds(19));
        assertThat(sink.disconnects()).isZero();
    }

    // --- outcomes -----------------------------------------------------------------------------------------------

    @Test
    void shouldPutAsideWhatIsRejectedAndLetTheOthersFlow() {
        publish("1", "2", "3");
        connect();
        sink.answer(Outcome.ACCEPTED);
        sink.answer(REJECTED);
        sink.answer(Outcome.ACCEPTED);
        step();

        assertThat(status().deadLettered()).isEqualTo(1);
        assertThat(status().accepted()).isEqualTo(2);
        assertThat(status().state()).isEqualTo(RouteState.DELIVERING);
        assertThat(pending()).containsExactly(from(4));
        assertThat(deadLetters())
                .singleElement()
                .satisfies(letter ->
                        assertThat(letter).contains("payload format invalid").contains("2"));
    }

    @Test
    void shouldNotSettleARejectedMessageBeforeTheDeadLetterIsDurable() {
        publish("1");
        connect();
        sink.answer(REJECTED);
        forwarder.doWork();
        clock.advance(Duration.ofMillis(20));
        forwarder.doWork();
        assertThat(forwarder.status().deadLettered()).isZero();
        assertThat(forwarder.status().inFlight()).isEqualTo(1);

        step();
        assertThat(status().deadLettered()).isEqualTo(1);
    }

    @Test
    void shouldPauseAndTryAgainWithOneMessageWhenTheRouteIsNotAllowed() {
        publish("1", "2", "3", "4");
        connect();
        sink.answer(Outcome.ACCEPTED);
        sink.answer(PAUSED);
        sink.answer(Outcome.ACCEPTED);
        sink.answer(PAUSED);
        assertThat(status().state()).isEqualTo(RouteState.PAUSED);
        assertThat(status().lastError()).isEqualTo("not authorized (0x87)");
        assertThat(deadLetters()).isEmpty();
        publish("5");
        step();
        assertThat(sink.unanswered()).isEmpty();

        pass(Duration.ofMinutes(1));
        assertThat(sink.unanswered()).containsExactly("2");
        sink.answer(PAUSED);
        pass(Duration.ofMinutes(1));
        assertThat(sink.unanswered()).containsExactly("2");

        sink.answer(Outcome.ACCEPTED);
        step();
        assertThat(sink.unanswered()).containsExactly("4", "5");
        assertThat(status().state()).isEqualTo(RouteState.DELIVERING);
    }

    @Test
    void shouldPauseWhenTheBrokerRefusesTheConnection() {
        pass(Duration.ZERO);
        sink.down("bad user name or password (0x86)", Link.Hint.REFUSED);
        step();

        assertThat(status().state()).isEqualTo(RouteState.PAUSED);
        assertThat(status().lastError()).contains("bad user name");
        pass(Duration.ofMinutes(1));
        assertThat(sink.connects()).isEqualTo(2);
    }

    @Test
    void shouldWaitAsLongAsTheSinkWantsBeforeARetry() {
        publish("1", "2");
        connect();
        sink.answer(new Outcome.Retry("busy", Optional.of(Duration.ofSeconds(30))));
        sink.answer(Outcome.ACCEPTED);
        pass(Duration.ofSeconds(29));
        assertThat(sink.unanswered()).isEmpty();

        pass(Duration.ofSeconds(2));

        assertThat(sink.delivered()).containsExactly("1", "2", "1");
    }

    @Test
    void shouldNotGoBackBeforeWhatIsInFlightIsAnswered() {
        publish("1", "2");
        connect();
        sink.take("1").answer(Outcome.retry("busy"));
        pass(Duration.ofSeconds(15));
        assertThat(sink.delivered()).containsExactly("1", "2");

        sink.answer(Outcome.ACCEPTED);
        step();

        assertThat(sink.delivered()).containsExactly("1", "2", "1");
    }

    // --- expiry -------------------------------------------------------------------------------------------------

    private static byte[] expiry(int seconds) {
        return new byte[] {2, 0, 0, 0, (byte) seconds};
    }

    @Test
    void shouldPassOnWhatIsLeftOfTheExpiry() {
        publishTo("t", "1", expiry(200));
        commit();
        clock.advance(Duration.ofSeconds(50));
        connect();

        Message message = sink.take("1").message();
        assertThat(message.properties().expirySeconds()).isEqualTo(150);
    }

    @Test
    void shouldCountWhatExpiredAndNotDeliverIt() {
        publishTo("t", "1", expiry(10));
        publishTo("t", "2");
        commit();
        clock.advance(Duration.ofSeconds(10));
        connect();

        assertThat(sink.delivered()).containsExactly("2");
        sink.acceptAll();
        assertThat(status().expired()).isEqualTo(1);
        assertThat(status().accepted()).isEqualTo(1);
        assertThat(pending()).containsExactly(from(3));
    }

    @Test
    void shouldCountAnExpiredMessageOnceHoweverOftenItGoesBack() {
        publish("1");
        publishTo("t", "2", expiry(10));
        publish("3");
        clock.advance(Duration.ofSeconds(20));
        connect();
        for (int i = 0; i < 2; i++) {
            sink.down("gone", Link.Hint.LOST);
            connect();
        }
        sink.acceptAll();

        assertThat(status().expired()).isEqualTo(1);
        assertThat(status().accepted()).isEqualTo(2);
    }

    // --- a message that makes the other side close --------------------------------------------------------------

    /** The other side closes whenever it gets a poison, and accepts all else. */
    private void playUntilSettled(int maxRounds) {
        for (int round = 0; round < maxRounds && !pending().equals(List.of(from(journal.head(0) + 1))); round++) {
            connect();
            while (!sink.unanswered().isEmpty()) {
                if (sink.unanswered().get(0).startsWith("poison")) {
                    sink.down("closed by the other side", Link.Hint.LOST);
                } else {
                    sink.answer(Outcome.ACCEPTED);
                }
                step();
            }
        }
    }

    private void closeOnEverything(int times) {
        for (int i = 0; i < times; i++) {
            connect();
            sink.down("closed by the other side", Link.Hint.LOST);
            step();
        }
    }

    @Test
    void shouldFindTheMessageThatMakesTheOtherSideClose() {
        publish("1", "2", "3", "poison", "5", "6");

        playUntilSettled(40);

        assertThat(deadLetters())
                .singleElement()
                .satisfies(letter -> assertThat(letter).contains("poison").contains("closed the link"));
        assertThat(status().accepted()).isEqualTo(5);
        assertThat(status().deadLettered()).isEqualTo(1);
        assertThat(sink.delivered().stream().distinct()).containsExactly("1", "2", "3", "poison", "5", "6");
    }

    @Test
    void shouldGetThroughManySuchMessagesOneAfterTheOther() {
        publish("1", "poison 1", "poison 2", "poison 3", "poison 4", "poison 5");
        publish("7", "8", "9", "10", "11", "12", "13", "14", "15");

        playUntilSettled(200);

        assertThat(deadLetters())
                .hasSize(5)
                .allSatisfy(letter -> assertThat(letter).contains("poison"));
        assertThat(status().accepted()).isEqualTo(10);
    }

    @Test
    void shouldNotTakeAnExpiredMessageForProof() {
        publish("poison");
        publishTo("t", "2", expiry(1));
        clock.advance(Duration.ofSeconds(5));

        playUntilSettled(40);

        assertThat(deadLetters()).isEmpty();
        assertThat(pending()).startsWith(new LaneProgress.Range(1, 1));
    }

    @Test
    void shouldNotCondemnAMessageThatIsAloneUntilThereIsAnotherToTry() {
        publish("poison");
        playUntilSettled(40);
        assertThat(deadLetters()).isEmpty();
        assertThat(pending()).containsExactly(from(1));

        publish("2");
        playUntilSettled(10);

        assertThat(deadLetters()).hasSize(1);
        assertThat(status().accepted()).isEqualTo(1);
    }

    @Test
    void shouldPauseWhenTheOtherSideClosesOnEverything() {
        publish("1", "2", "3", "4");
        boolean paused = false;
        for (int i = 0; i < 40 && !paused; i++) {
            closeOnEverything(1);
            paused = status().state() == RouteState.PAUSED;
        }

        assertThat(paused).isTrue();
        assertThat(status().lastError()).contains("closed by the other side");
        assertThat(deadLetters()).isEmpty();
        assertThat(pending()).containsExactly(from(1));
    }

    /** However far the suspicion has come when the other side is well again, nobody is condemned. */
    @Test
    void shouldCondemnNobodyWhenTheOtherSideRecovers() {
        for (int closes = 1; closes < 40; closes++) {
            crash();
            publish("a" + closes, "b", "c", "d");
            closeOnEverything(closes);

            playUntilSettled(10);

            assertThat(deadLetters()).as("after %d closes", closes).isEmpty();
            assertThat(pending()).containsExactly(from(journal.head(0) + 1));
        }
    }

    // --- the store ----------------------------------------------------------------------------------------------

    @Test
    void shouldNeverForwardAChunkThatCannotBeBelieved() {
        publish("1", "2");
        publish("3");
        byte[] firstChunk = new byte[] {0, 0, 0, 0, 0, 0, 0, 1};
        store.corrupt("lane.1", firstChunk, bytes -> {
            bytes[bytes.length - 2] ^= 4;
            return bytes;
        });
        connect();

        assertThat(sink.delivered()).containsExactly("3");
        assertThat(journal.stats().corruptChunks()).isEqualTo(1);
        assertThat(store.size("quarantine")).isEqualTo(1);
    }

    @Test
    void shouldStartAgainFromWhatIsDurableAfterAnErrorOfItsOwn() {
        publish("1", "2");
        connect();
        sink.answer(Outcome.ACCEPTED);
        pass(Duration.ofMillis(20));
        pass(Duration.ofMillis(110));
        sink.up(); // reports a link that nobody asked for: the fake throws at the next connect
        sink.down("gone", Link.Hint.LOST);
        sink.up();
        pass(Duration.ofMinutes(1));
        assertThat(status().lastError()).contains("internal error");

        connect();

        assertThat(sink.unanswered()).containsExactly("2");
    }

    @Test
    void shouldHandInItsProgressWhenItIsClosed() {
        publish("1", "2");
        connect();
        sink.acceptAll();
        forwarder.onClose();
        journal.committer().onClose();

        assertThat(sink.isClosed()).isTrue();
        assertThat(journal.progress("cloud").lanes().get(0).lowest()).isEqualTo(3);
    }

    @Test
    void shouldTellHowMuchWaits() {
        publish("12345", "1234567");
        RouteStatus before = status();
        assertThat(before.lanes().get(0).bytesBefore()).isZero();
        connect();
        sink.answer(Outcome.ACCEPTED);

        RouteStatus after = status();

        assertThat(after.lanes().get(0).bytesBefore()).isEqualTo(6);
        assertThat(after.lanes().get(0).oldestReceivedMillis()).isNotNegative();
        sink.acceptAll();
        assertThat(status().lanes().get(0).bytesBefore()).isEqualTo(14);
        assertThat(status().lanes().get(0).oldestReceivedMillis()).isEqualTo(-1);
    }

    @Test
    void shouldKeepToTheOrderThroughAnyMixOfOutcomes() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            publishTo("t", "m" + i);
            if (i % 7 == 0) {
                commit();
            }
        }
        commit();
        int rounds = 0;
        while (!pending().equals(List.of(from(301)))) {
            assertThat(rounds++).as("seed %d", seed).isLessThan(20_000);
            randomEvent(random);
            step();
        }
        List<String> firstDeliveries = sink.delivered().stream().distinct().toList();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            expected.add("m" + i);
        }
        assertThat(firstDeliveries).as("seed %d", seed).isEqualTo(expected);
        assertThat(status().accepted() + status().deadLettered())
                .as("seed %d", seed)
                .isEqualTo(300);
    }

    private void randomEvent(Random random) {
        if (sink.unanswered().isEmpty()) {
            if (status().state() == RouteState.DELIVERING && random.nextInt(3) > 0) {
                step();
            }
            if (sink.unanswered().isEmpty()) {
                pass(Duration.ofMinutes(1));
                if (sink.isAsked()) {
                    sink.up(1 + random.nextInt(10));
                }
            }
            return;
        }
        String any = sink.unanswered().get(random.nextInt(sink.unanswered().size()));
        switch (random.nextInt(20)) {
            case 0 -> sink.down("gone", Link.Hint.LOST);
            case 1 -> sink.take(any).answer(Outcome.retry("busy"));
            case 2 -> sink.take(any).answer(PAUSED);
            case 3 -> sink.take(any).answer(REJECTED);
            case 4 -> clock.advance(Duration.ofSeconds(1));
            default -> sink.take(any).answer(Outcome.ACCEPTED);
        }
    }
}
