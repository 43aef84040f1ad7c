package dev.holdfast.gateway.ingest.mqtt;

import static dev.holdfast.gateway.ingest.mqtt.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What happens when the journal has no room, or the client does not read. */
class BackpressureTest {

    private static final String PAYLOAD = "x".repeat(60_000);
    private static final int MESSAGES = 500;

    private final ManualIntake intake = ManualIntake.waiting();
    private final TestDoor door = TestDoor.over(intake);
    private final ExecutorService sender = Executors.newSingleThreadExecutor();

    @AfterEach
    void close() {
        intake.setRoom(true);
        intake.commitAtOnce();
        door.close();
        sender.shutdownNow();
    }

    @Test
    void shouldStopReadingWithoutRoomAndGoOnWithIt() {
        RawClient client = door.connect3("c");
        intake.setRoom(false);
        AtomicInteger sent = new AtomicInteger();
        CompletableFuture<Void> sending = CompletableFuture.runAsync(
                () -> IntStream.rangeClosed(1, MESSAGES).forEach(id -> {
                    client.publish(1, id, "a/b", PAYLOAD);
                    sent.set(id);
                }),
                sender);

        intake.awaitWaiting(1);
        AtomicInteger before = new AtomicInteger(-1);
        await("the sender to be stuck")
                .pollInterval(Duration.ofMillis(100))
                .until(() -> sent.get() == before.getAndSet(sent.get()));
        assertThat(sent).hasValueLessThan(MESSAGES);
        assertThat(intake.waitingAppends()).as("appends taken without room").isEqualTo(1);

        intake.commitAtOnce();
        intake.setRoom(true);
        for (int id = 1; id <= MESSAGES; id++) {
            client.expect("PUBACK " + id);
        }
        sending.join();
        assertThat(intake.stored()).hasSize(MESSAGES);
    }

    @Test
    void shouldAcknowledgeNothingThatWaitsForRoom() {
        RawClient client = door.connect3("c");
        intake.setRoom(false);

        client.publish(1, 1, "a/b", "one");
        intake.awaitWaiting(1);
        client.publish(1, 2, "a/b", "two");
        intake.commit();
        client.expect("PUBACK 1");
        assertThat(intake.waitingAppends()).isZero();

        intake.setRoom(true);
        client.expectNoAnswerYet();
        intake.commit();
        client.expect("PUBACK 2");
        assertThat(intake.payloads()).containsExactly("one", "two");
    }

    @Test
    void shouldTakeTheRestOfAReadThatTheRoomDidNotSufficeFor() {
        RawClient client = door.connect3("c");
        intake.setRoom(false);

        client.send("32 [ <'t'> 0001 'one' ] 32 [ <'t'> 0002 'two' ] 32 [ <'t'> 0003 'three' ]");
        intake.awaitWaiting(1);
        intake.commit();
        client.expect("PUBACK 1");
        intake.setRoom(true);
        client.expectNoAnswerYet();
        intake.commit();

        client.expect("PUBACK 2");
        client.expect("PUBACK 3");
        assertThat(intake.payloads()).containsExactly("one", "two", "three");
    }

    @Test
    void shouldHoldBackReleasesAsWell() {
        EmbeddedDoor embedded = new EmbeddedDoor(ManualIntake.committingAtOnce(), TestDoor.options());
        EmbeddedDoor.Client client = embedded.login(Login.mqtt5("c").expiry(100));
        client.send("34 [ <'t'> 0001 [ ] ] 34 [ <'t'> 0002 [ ] ]");
        assertThat(client.answers()).containsExactly("CONNACK", "PUBREC 1", "PUBREC 2");

        embedded.intake.setRoom(false);
        client.send("62 02 0001").send("62 02 0002");
        assertThat(client.answers()).containsExactly("PUBCOMP 1");

        embedded.intake.setRoom(true);
        assertThat(client.answers()).containsExactly("PUBCOMP 2");
    }

    @Test
    void shouldHoldBackAllConnectionsAndResumeAll() {
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            clients.add(door.connect3("c" + i));
        }
        intake.setRoom(false);
        clients.forEach(client -> client.publish(1, 1, "a/b", "one").publish(1, 2, "a/b", "two"));
        intake.awaitWaiting(8);

        intake.commitAtOnce();
        clients.forEach(client -> client.expect("PUBACK 1"));
        intake.setRoom(true);
        clients.forEach(client -> client.expect("PUBACK 2"));
    }

    @Test
    void shouldStopReadingFromAClientThatDoesNotReadItsAnswers() {
        EmbeddedDoor embedded = new EmbeddedDoor(ManualIntake.committingAtOnce(), TestDoor.options());
        EmbeddedDoor.Client client = embedded.login(Login.mqtt3("c"));
        assertThat(client.answers()).containsExactly("CONNACK");

        client.channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
        embedded.settle();
        client.send("c0 00").send("32 [ <'t'> 0001 'one' ]");
        assertThat(client.channel.config().isAutoRead()).isFalse();
        assertThat(embedded.intake.stored()).isEmpty();

        client.channel.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
        embedded.settle();
        assertThat(client.channel.config().isAutoRead()).isTrue();
        assertThat(client.answers()).containsExactly("PINGRESP", "PUBACK 1");
    }
}
