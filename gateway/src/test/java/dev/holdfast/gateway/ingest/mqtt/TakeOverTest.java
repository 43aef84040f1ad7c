package dev.holdfast.gateway.ingest.mqtt;

import static dev.holdfast.gateway.ingest.mqtt.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttVersion;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two connections that want the same client identifier. */
class TakeOverTest {

    private static final int ROUNDS = 50;
    private static final Set<String> ACCEPTED = Set.of("CONNACK", "CONNACK present");

    private final ManualIntake intake = ManualIntake.committingAtOnce();
    private final TestDoor door = TestDoor.over(intake);

    @AfterEach
    void close() {
        intake.commitAtOnce();
        door.close();
        assertThat(door.door().claims()).as("claims that were left").isZero();
    }

    private static Login kept() {
        return Login.mqtt5("c").resuming().expiry(100);
    }

    @Test
    void shouldSendTheOldConnectionAwayAndGoOnWithTheSession() {
        RawClient before = door.connect(kept());
        before.publish(2, 7, "a/b", "one").expect("PUBREC 7");

        RawClient after = door.login(kept());

        before.expect("DISCONNECT 0x8e");
        before.expectClosed();
        after.expect("CONNACK present");
        after.publish(2, 7, "a/b", "one").expect("PUBREC 7");
        after.release(7).expect("PUBCOMP 7");
        assertThat(intake.payloads()).containsExactly("one");
    }

    @Test
    void shouldCloseTheOldConnectionOf311() {
        RawClient before = door.connect3("c");

        RawClient after = door.connect3("c");

        before.expectClosed();
        after.publish(1, 1, "a/b", "one").expect("PUBACK 1");
    }

    @Test
    void shouldNotGoOnWithASessionThatEndsWithItsConnection() {
        RawClient before = door.connect5("c");
        before.publish(2, 7, "a/b", "one").expect("PUBREC 7");

        RawClient after = door.connect(Login.mqtt5("c").resuming());

        before.expect("DISCONNECT 0x8e");
        after.release(7).expect("PUBCOMP 7 0x92");
    }

    @Test
    void shouldNotGiveTheNewConnectionTheAcknowledgementsOfTheOld() {
        RawClient before = door.connect5("c");
        intake.stopCommitting();
        before.publish(1, 7, "a/b", "one").expectNoAnswerYet();

        RawClient after = door.connect5("c");
        after.publish(1, 8, "a/b", "two").expectNoAnswerYet();
        intake.commit();

        after.expect("PUBACK 8");
        after.expectNoAnswerYet();
        before.expect("DISCONNECT 0x8e");
        before.expectClosed();
        assertThat(intake.payloads()).containsExactly("one", "two");
    }

    @Test
    void shouldRefuseTheOneThatIsTakenOverBeforeItsSessionBegan() {
        intake.stopCommitting();
        RawClient first = door.login(kept());
        intake.awaitWaiting(1);
        RawClient second = door.login(kept());
        intake.awaitWaiting(3);

        first.expect("CONNACK 0x88");
        first.expectClosed();
        intake.commit();
        second.expect("CONNACK present");
    }

    @Test
    void shouldBeginWhenTheOldConnectionHasLetGoAndNotBefore() {
        EmbeddedDoor embedded = new EmbeddedDoor(intake, TestDoor.options());
        embedded.login(kept());
        EmbeddedDoor.Client second = embedded.login(kept());

        embedded.advance(Duration.ofSeconds(500));
        embedded.sessions.sweep();

        assertThat(embedded.sessions.count()).as("sessions, with one connected").isEqualTo(1);
        assertThat(second.answers()).containsExactly("CONNACK present");
    }

    @Test
    void shouldPassOnWhatNobodyWaitsForAnyMore() {
        EmbeddedDoor embedded = new EmbeddedDoor(intake, TestDoor.options());
        EmbeddedDoor.Client first = embedded.login(kept());
        EmbeddedDoor.Client second = embedded.open(MqttVersion.MQTT_5);
        EmbeddedDoor.Client third = embedded.open(MqttVersion.MQTT_5);

        byte[] login = kept().bytes();
        second.sendInOneRead(login, 0, login.length);
        second.channel.close().syncUninterruptibly();
        third.sendInOneRead(login, 0, login.length);

        assertThat(third.answers()).containsExactly("CONNACK present");
        assertThat(first.answers()).containsExactly("CONNACK", "DISCONNECT 0x8e");
        assertThat(embedded.sessions.claims()).isEqualTo(1);
        third.vanish();
        assertThat(embedded.sessions.claims()).isZero();
    }

    @Test
    void shouldSurviveTwoClientsThatFightForTheSameIdentifier() {
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        ExecutorService fighters = Executors.newFixedThreadPool(2);
        try {
            List<CompletableFuture<Void>> fights = List.of(
                    CompletableFuture.runAsync(() -> fight("a", 1, acknowledged), fighters),
                    CompletableFuture.runAsync(() -> fight("b", 1_001, acknowledged), fighters));
            fights.forEach(CompletableFuture::join);
        } finally {
            fighters.shutdown();
        }

        assertThat(acknowledged).isNotEmpty();
        assertThat(intake.payloads()).containsAll(acknowledged);
        RawClient last = door.login(kept());
        last.expect("CONNACK present");
        last.close();
        door.awaitConnections(0);
        await("the claims to be released").until(() -> door.door().claims() == 0);
        assertThat(door.door().sessions()).isEqualTo(1);
        assertThat(intake.sessionRecords()).isEqualTo(1);
    }

    /** Connects again and again, and publishes on each connection with packet ids of its own. */
    private void fight(String name, int firstId, Set<String> acknowledged) {
        for (int round = 0; round < ROUNDS; round++) {
            RawClient client = door.login(kept());
            Answer connAck = client.readOrEnd();
            if (connAck == null || !ACCEPTED.contains(connAck.summary())) {
                continue;
            }
            int id = firstId + round;
            String payload = name + round;
            try {
                client.publish(1, id, "a/b", payload);
            } catch (UncheckedIOException e) {
                continue;
            }
            Answer answer = client.readOrEnd();
            if (answer != null && !answer.summary().equals("DISCONNECT 0x8e")) {
                assertThat(answer.summary()).isEqualTo("PUBACK " + id);
                acknowledged.add(payload);
            }
        }
    }
}
