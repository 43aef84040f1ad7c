package dev.holdfast.gateway.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttVersion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** QoS 2: each message is stored once, and each step is durable before it is answered. */
class QosTwoTest {

    private final ManualIntake intake = ManualIntake.committingAtOnce();
    private final TestDoor door = TestDoor.over(intake);

    @AfterEach
    void close() {
        intake.commitAtOnce();
        door.close();
    }

    private static Login keeping(MqttVersion version) {
        Login login = Login.of(version, "c").resuming();
        return version == MqttVersion.MQTT_5 ? login.expiry(100) : login;
    }

    @ParameterizedTest
    @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
    void shouldGoThroughTheWholeExchange(MqttVersion version) {
        RawClient client = door.connect(keeping(version));
        intake.stopCommitting();

        client.publish(2, 7, "a/b", "one").expectNoAnswerYet();
        intake.commit();
        client.expect("PUBREC 7");
        assertThat(intake.heldIds()).isEqualTo(1);

        client.release(7).expectNoAnswerYet();
        assertThat(intake.heldIds()).isEqualTo(1);
        intake.commit();
        client.expect("PUBCOMP 7");
        assertThat(intake.heldIds()).isZero();
        assertThat(intake.payloads()).containsExactly("one");
    }

    @Test
    void shouldNotCompleteWhenTheReleaseIsNeverDurable() {
        RawClient client = door.connect(keeping(MqttVersion.MQTT_5));
        client.publish(2, 7, "a/b", "one").expect("PUBREC 7");
        intake.stopCommitting();

        client.release(7).expectNoAnswerYet();
        intake.awaitWaiting(1);

        client.expectNoAnswerYet();
        assertThat(intake.heldIds()).isEqualTo(1);
    }

    @Test
    void shouldStoreMessageAndIdInOneTransaction() {
        RawClient client = door.connect(keeping(MqttVersion.MQTT_5));
        intake.stopCommitting();

        client.publish(2, 7, "a/b", "one").expectNoAnswerYet();

        assertThat(intake.waitingAppends()).isEqualTo(1);
        intake.commit(1);
        client.expect("PUBREC 7");
        assertThat(intake.payloads()).containsExactly("one");
        assertThat(intake.heldIds()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
    void shouldAnswerButNotStoreWhatIsSentAgainOnTheNextConnection(MqttVersion version) {
        RawClient before = door.connect(keeping(version));
        before.publish(2, 7, "a/b", "one").expect("PUBREC 7");
        before.close();
        door.awaitConnections(0);

        RawClient after = door.login(keeping(version));
        after.expect("CONNACK present");
        after.publish(2, 7, "a/b", "one").expect("PUBREC 7");
        after.release(7).expect("PUBCOMP 7");
        after.publish(2, 7, "a/b", "two").expect("PUBREC 7");

        assertThat(intake.payloads()).containsExactly("one", "two");
    }

    @Test
    void shouldCompleteOnTheNextConnectionWhatWasReceivedOnTheOneBefore() {
        RawClient before = door.connect(keeping(MqttVersion.MQTT_5));
        before.publish(2, 7, "a/b", "one").expect("PUBREC 7");
        before.close();
        door.awaitConnections(0);

        RawClient after = door.login(keeping(MqttVersion.MQTT_5));
        after.expect("CONNACK present");
        after.release(7).expect("PUBCOMP 7");
        after.release(7).expect("PUBCOMP 7 0x92");
        assertThat(intake.heldIds()).isZero();
    }

    @Test
    void shouldNotAnswerARepeatBeforeTheFirstIsDurable() {
        RawClient client = door.connect(keeping(MqttVersion.MQTT_5));
        intake.stopCommitting();

        client.publish(2, 7, "a/b", "one").expectNoAnswerYet();
        client.publish(2, 7, "a/b", "one").expectNoAnswerYet();
        intake.commit();

        client.expect("PUBREC 7");
        client.expect("PUBREC 7");
        assertThat(intake.payloads()).containsExactly("one");
    }

    @Test
    void shouldHoldTheSessionBackUntilTheMessageOfTheConnectionBeforeIsDurable() {
        RawClient before = door.connect(keeping(MqttVersion.MQTT_5));
        intake.stopCommitting();
        before.publish(2, 7, "a/b", "one").expectNoAnswerYet();
        before.close();
        door.awaitConnections(0);

        RawClient after = door.login(keeping(MqttVersion.MQTT_5));
        intake.awaitWaiting(3);
        intake.commit();

        after.expect("CONNACK present");
        intake.commitAtOnce();
        after.publish(2, 7, "a/b", "one").expect("PUBREC 7");
        assertThat(intake.payloads()).containsExactly("one");
    }

    @Test
    void shouldSayWhichReleasesAreOfUnknownIds() {
        door.connect5("five").release(9).expect("PUBCOMP 9 0x92");
        door.connect3("three").release(9).expect("PUBCOMP 9");
    }

    @Test
    void shouldTakeAReleaseWithReasonAndProperties() {
        RawClient client = door.connect5("c");

        client.publish(2, 7, "a/b", "one").expect("PUBREC 7");
        client.send("62 [ 0007 92 ]").expect("PUBCOMP 7");
        client.send("62 [ 0007 00 [ 1f <'why'> 26 <'k'> <'v'> ] ]").expect("PUBCOMP 7 0x92");
        client.send("62 [ 0007 00 [ ] ]").expect("PUBCOMP 7 0x92");
    }

    @Test
    void shouldNotHoldTheIdOfARefusedMessage() {
        RawClient client = door.connect(keeping(MqttVersion.MQTT_5));

        client.publish(2, 7, "$SYS/x", "no").expect("PUBREC 7 0x90");

        assertThat(intake.heldIds()).isZero();
        client.release(7).expect("PUBCOMP 7 0x92");
    }

    @Test
    void shouldForgetHeldIdsWithASessionThatEndsWithItsConnection() {
        RawClient before = door.connect5("c");
        before.publish(2, 7, "a/b", "one").expect("PUBREC 7");
        before.close();
        door.awaitConnections(0);

        RawClient after = door.connect(Login.mqtt5("c").resuming());
        after.publish(2, 7, "a/b", "two").expect("PUBREC 7");

        assertThat(intake.payloads()).containsExactly("one", "two");
        assertThat(intake.heldIds()).isZero();
    }

    @Test
    void shouldBoundTheIdsThatAreHeld() {
        RawClient client = door.connect(keeping(MqttVersion.MQTT_5));
        for (int id = 1; id <= 8; id++) {
            client.publish(2, id, "a/b", "m").expect("PUBREC " + id);
        }

        client.publish(2, 9, "a/b", "m");

        client.expect("DISCONNECT 0x93");
        client.expectClosed();
        assertThat(intake.heldIds()).isEqualTo(8);
        assertThat(intake.stored()).hasSize(8);
    }

    /** It has no Receive Maximum: the client can't know of a limit, and would run into it again and again. */
    @Test
    void shouldTakeAnyNumberOfMessagesOf311AtATime() {
        RawClient client = door.connect(keeping(MqttVersion.MQTT_3_1_1));
        for (int id = 1; id <= 3_000; id++) {
            client.publish(2, id, "a/b", "m" + id);
        }

        for (int id = 1; id <= 3_000; id++) {
            client.expect("PUBREC " + id);
        }
        assertThat(intake.heldIds()).isEqualTo(3_000);
    }
}
