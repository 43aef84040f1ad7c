package dev.holdfast.gateway.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.journal.Admission;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which sessions outlive their connections, and that Session Present tells the truth about it. */
class SessionTest {

    private final ManualIntake intake = ManualIntake.committingAtOnce();
    private final TestDoor door = TestDoor.over(intake);

    @AfterEach
    void close() {
        intake.commitAtOnce();
        door.close();
    }

    private static Login kept(String clientId, long expirySeconds) {
        return Login.mqtt5(clientId).resuming().expiry(expirySeconds);
    }

    private void connectAndLeave(Login login) {
        door.connect(login).disconnect();
        door.awaitConnections(0);
    }

    @Test
    void shouldKeepASessionOfMqtt5ThatHasAnExpiry() {
        connectAndLeave(kept("c", 100));

        door.login(kept("c", 100)).expect("CONNACK present");
        assertThat(door.door().sessions()).isEqualTo(1);
        assertThat(intake.sessionRecords()).isEqualTo(1);
    }

    @Test
    void shouldKeepASessionThatBeganWithCleanStart() {
        connectAndLeave(Login.mqtt5("c").expiry(100));

        door.login(kept("c", 100)).expect("CONNACK present");
    }

    @Test
    void shouldNotKeepASessionWithoutExpiry() {
        connectAndLeave(Login.mqtt5("c").resuming());

        door.connect(Login.mqtt5("c").resuming());
        assertThat(door.door().sessions()).isZero();
        assertThat(intake.sessionRecords()).isZero();
    }

    @Test
    void shouldKeepASessionOf311ThatIsNotClean() {
        connectAndLeave(Login.mqtt3("c").resuming());

        door.login(Login.mqtt3("c").resuming()).expect("CONNACK present");
    }

    @Test
    void shouldEndASessionOf311ThatIsClean() {
        connectAndLeave(Login.mqtt3("c").resuming());
        connectAndLeave(Login.mqtt3("c"));
        assertThat(intake.sessionRecords()).isZero();

        door.connect(Login.mqtt3("c").resuming());
    }

    @Test
    void shouldGoOnWithASessionInTheOtherVersion() {
        connectAndLeave(Login.mqtt3("c").resuming());

        door.login(kept("c", 100)).expect("CONNACK present");
    }

    @Test
    void shouldTellClientsApart() {
        connectAndLeave(kept("c", 100));

        door.connect(kept("d", 100));
    }

    @Test
    void shouldSendConnackOnlyWhenTheRecordIsDurable() {
        intake.stopCommitting();

        RawClient client = door.login(kept("c", 100));
        intake.awaitWaiting(1);
        assertThat(door.door().stats().connects()).isZero();
        intake.commit();

        client.expect("CONNACK");
        assertThat(intake.sessionRecords()).isEqualTo(1);
    }

    @Test
    void shouldNotSayThatASessionBeganWhenItsRecordIsNeverDurable() {
        intake.stopCommitting();

        RawClient client = door.login(kept("c", 100));
        RawClient old = door.login(Login.mqtt3("d").resuming());
        intake.awaitWaiting(2);
        door.closeDoor();

        client.expect("CONNACK 0x88");
        client.expectClosed();
        old.expect("CONNACK 0x03");
        old.expectClosed();
    }

    @Test
    void shouldRemoveTheRecordDurablyBeforeACleanStartIsAccepted() {
        connectAndLeave(kept("c", 100));
        intake.stopCommitting();

        RawClient client = door.login(Login.mqtt5("c"));
        intake.awaitWaiting(1);
        assertThat(intake.sessionRecords()).isEqualTo(1);
        assertThat(door.door().stats().connects()).isEqualTo(1);
        intake.commit();

        client.expect("CONNACK");
        assertThat(intake.sessionRecords()).isZero();
    }

    @Test
    void shouldRemoveHeldIdsWithACleanStart() {
        RawClient before = door.connect(kept("c", 100));
        before.publish(2, 7, "a/b", "one").expect("PUBREC 7");
        before.close();
        door.awaitConnections(0);

        RawClient after = door.connect(Login.mqtt5("c").expiry(100));
        assertThat(intake.heldIds()).isZero();
        after.publish(2, 7, "a/b", "two").expect("PUBREC 7");
        assertThat(intake.payloads()).containsExactly("one", "two");
    }

    @Test
    void shouldEndASessionWhoseTimeIsOver() {
        connectAndLeave(kept("c", 100));
        intake.advance(Duration.ofMillis(99_999));
        RawClient again = door.login(kept("c", 100));
        again.expect("CONNACK present");
        again.disconnect();
        door.awaitConnections(0);

        intake.advance(Duration.ofSeconds(100));
        door.connect(kept("c", 100));
    }

    @Test
    void shouldNotCountTheTimeOfTheConnection() {
        RawClient client = door.connect(kept("c", 100));
        intake.advance(Duration.ofSeconds(500));
        client.disconnect();
        door.awaitConnections(0);

        door.login(kept("c", 100)).expect("CONNACK present");
    }

    @Test
    void shouldAnnounceAShorterExpiryThanWasAskedFor() {
        long day = Duration.ofDays(1).toSeconds();

        Answer asked = door.login(kept("b", day)).read();
        Answer tooLong = door.login(kept("c", day + 1)).read();
        Answer forEver = door.login(kept("d", 0xffffffffL)).read();

        assertThat(asked.property(MqttPropertyType.SESSION_EXPIRY_INTERVAL)).isNull();
        assertThat(tooLong.property(MqttPropertyType.SESSION_EXPIRY_INTERVAL)).isEqualTo((int) day);
        assertThat(forEver.property(MqttPropertyType.SESSION_EXPIRY_INTERVAL)).isEqualTo((int) day);
    }

    @Test
    void shouldBoundTheSessionsItRemembers() {
        for (int i = 0; i < 10; i++) {
            connectAndLeave(kept("c" + i, 100 + i));
        }

        expectRefused("0x97");
        door.connect5("without session");
        door.login(kept("c5", 100)).expect("CONNACK present");
        assertThat(intake.sessionRecords()).isEqualTo(10);

        intake.advance(Duration.ofSeconds(100));
        door.connect(kept("more", 100));
        assertThat(intake.sessionRecords()).isEqualTo(10);
    }

    /** A new client with a session to remember, in both versions. */
    private void expectRefused(String reason) {
        RawClient five = door.login(kept("more", 100));
        five.expect("CONNACK " + reason);
        five.expectClosed();
        RawClient three = door.login(Login.mqtt3("more").resuming());
        three.expect("CONNACK 0x03");
        three.expectClosed();
    }

    @Test
    void shouldTakeNobodyWhileNothingIsStoredAndTheMemoryForItIsUsedUp() {
        intake.admit(Admission.WAIT);
        door.connect(kept("there is memory left", 100));
        intake.setRoom(false);

        expectRefused("0x89");
        assertThat(intake.sessionRecords()).isEqualTo(1);

        intake.admit(Admission.TAKE);
        door.connect(kept("a moment's pressure", 100));
    }

    @Test
    void shouldChangeTheExpiryWithDisconnect() {
        RawClient client = door.connect(kept("c", 100));
        client.send("e0 [ 00 [ 11 0000000a ] ]").expectClosed();
        door.awaitConnections(0);

        intake.advance(Duration.ofSeconds(10));
        door.connect(kept("c", 100));
    }

    @Test
    void shouldEndTheSessionWithADisconnectThatSaysSo() {
        RawClient client = door.connect(kept("c", 100));
        client.publish(2, 7, "a/b", "one").expect("PUBREC 7");
        client.send("e0 [ 00 [ 11 00000000 ] ]").expectClosed();
        door.awaitConnections(0);

        assertThat(intake.sessionRecords()).isZero();
        assertThat(intake.heldIds()).isZero();
        assertThat(door.door().sessions()).isZero();
    }

    @Test
    void shouldNotBringASessionToLifeWithDisconnect() {
        RawClient client = door.connect5("c");

        client.send("e0 [ 00 [ 11 0000000a ] ]");

        client.expect("DISCONNECT 0x82");
        client.expectClosed();
        assertThat(intake.sessionRecords()).isZero();
    }

    @Test
    void shouldNotChangeTheExpiryWithADisconnectThatIsMalformed() {
        RawClient client = door.connect(kept("c", 100));
        client.send("e0 [ 00 [ 11 00000000 7e ] ]").expect("DISCONNECT 0x81");
        client.expectClosed();
        door.awaitConnections(0);

        door.login(kept("c", 100)).expect("CONNACK present");
    }

    @Test
    void shouldEndAKeptSessionWithTheConnectionThatDoesNotWantItAnyMore() {
        connectAndLeave(kept("c", 100));
        RawClient client = door.login(Login.mqtt5("c").resuming());
        client.expect("CONNACK present");
        client.disconnect();
        door.awaitConnections(0);

        assertThat(intake.sessionRecords()).isZero();
        door.connect(kept("c", 100));
    }

    @Test
    void shouldTakeClientIdentifiersOfAnyCharacters() {
        String id = "ä/+#€𝄞 \t" + "x".repeat(1_000);
        connectAndLeave(Login.of(MqttVersion.MQTT_5, id).expiry(100));

        door.login(kept(id, 100)).expect("CONNACK present");
    }
}
