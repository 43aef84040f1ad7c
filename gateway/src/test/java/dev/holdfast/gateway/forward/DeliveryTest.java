package dev.holdfast.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.gateway.journal.SpaceState;
import dev.holdfast.gateway.journal.StoreDamagedException;
import dev.holdfast.sink.Link;
import dev.holdfast.sink.Message;
import dev.holdfast.sink.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a route delivers, in what order, and what it tells of itself. */
class DeliveryTest extends SteppedRoute {

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
        assertThat(sink.sentStamps()).containsExactly("box/default/" + epoch + "/1/0", "box/default/" + epoch + "/3/1");
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

    /** The process has to end with it: the next start mends the store. */
    @Test
    void shouldEndWhenTheStoreIsDamaged() {
        publish("1");
        StoreDamagedException damage = new StoreDamagedException("a test says so", new IllegalStateException());
        store.failReads(damage);

        assertThatExceptionOfType(StoreDamagedException.class)
                .isThrownBy(this::connect)
                .isSameAs(damage);
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
    void shouldWaitWhenMuchOfWhatItHasSettledIsNotOnDisk() {
        publishMany(4_000);
        connect();
        deliverAll();
        assertThat(sink.delivered()).as("nothing of it is written").hasSizeBetween(2_000, 2_000 + window);

        commit();
        forwarder.doWork();
        deliverAll();
        int delivered = sink.delivered().size();
        assertThat(delivered).as("some of it is written").isGreaterThanOrEqualTo(3_000);

        crash();
        connect();
        int firstRepeated = Integer.parseInt(sink.delivered().get(0));
        assertThat(delivered - firstRepeated).as("repeated").isBetween(1_000, 2_000 + window);
    }

    @Test
    void shouldNotWaitForProgressThatADiskHasNoSpaceFor() {
        publishMany(4_000);
        connect();
        store.beFullBeforeTheNextCommit();
        publishTo("t", "waits for space");
        journal.committer().doWork();
        assertThat(journal.spaceState()).isEqualTo(SpaceState.DISK_FULL);
        deliverAll();

        assertThat(sink.delivered()).hasSize(4_000);
    }

    @Test
    void shouldNotWaitForProgressThatIsToBeWrittenSeldom() {
        commitEvery = Duration.ofSeconds(10);
        crash();
        publishMany(4_000);
        connect();
        deliverAll();

        assertThat(sink.delivered()).hasSize(4_000);
    }

    private void publishMany(int messages) {
        for (int i = 0; i < messages; i++) {
            publishTo("t", String.valueOf(i));
        }
        pass(Duration.ofMinutes(1));
    }

    /** Has the sink accept what it is given, until it is given nothing more; nothing is committed meanwhile. */
    private void deliverAll() {
        while (!sink.unanswered().isEmpty()) {
            sink.acceptAll();
            forwarder.doWork();
        }
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

    @Test
    void shouldNotLetWhatIsExpiredHoldUpTheOthers() {
        for (int i = 0; i < 200; i++) {
            publishTo("t", "old " + i, expiry(1));
        }
        publishTo("t", "new");
        commit();
        clock.advance(Duration.ofSeconds(5));
        awaitConnect();
        sink.up();

        for (int i = 0; i < 60 && sink.delivered().isEmpty(); i++) {
            assertThat(forwarder.doWork()).isLessThan(1_000_000_000L);
        }

        assertThat(sink.delivered()).containsExactly("new");
    }

    /** A payload that is a view keeps its whole chunk in memory. */
    @Test
    void shouldNotKeepAChunkForASmallMessageOfIt() {
        interest = interest("small");
        journal = openJournal();
        forwarder = openForwarder();
        publishTo("large", "x".repeat(10_000));
        publishTo("small", "1");
        commit();
        connect();

        assertThat(sink.messages().get(0).payload().capacity()).isEqualTo(1);
        sink.acceptAll();
        assertThat(status().accepted()).isEqualTo(1);
    }
}
