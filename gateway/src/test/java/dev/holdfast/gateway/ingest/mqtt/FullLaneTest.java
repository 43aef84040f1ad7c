package dev.holdfast.gateway.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.journal.Admission;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of messages for a lane that is full. */
class FullLaneTest {

    private final ManualIntake intake = ManualIntake.committingAtOnce();
    private final EmbeddedDoor door = new EmbeddedDoor(intake, TestDoor.options());

    private EmbeddedDoor.Client connect(Login login) {
        EmbeddedDoor.Client client = door.login(login);
        assertThat(client.answers()).containsExactly("CONNACK");
        return client;
    }

    private EmbeddedDoor.Client connect(MqttVersion version) {
        return connect(Login.of(version, "c"));
    }

    private static String properties(MqttVersion version) {
        return version == MqttVersion.MQTT_5 ? "[ ]" : "";
    }

    private static String publish(MqttVersion version, int qos, int packetId, String payload) {
        String id = qos == 0 ? "" : "%04x".formatted(packetId);
        return "%02x [ <'t'> %s %s '%s' ]".formatted(0x30 | qos << 1, id, properties(version), payload);
    }

    @AfterEach
    void shouldHoldNobodyBackInTheEnd() {
        intake.admit(Admission.TAKE);
        intake.admit(1, Admission.TAKE);
        door.settle();

        assertThat(door.stats.heldBack()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"MQTT_3_1_1, 1, PUBACK 2", "MQTT_3_1_1, 2, PUBREC 2", "MQTT_5, 1, PUBACK 2", "MQTT_5, 2, PUBREC 2"})
    void shouldTakeWhatWaitedWhenThereIsRoom(MqttVersion version, int qos, String answer) {
        EmbeddedDoor.Client client = connect(version);
        client.send(publish(version, 1, 1, "one"));
        intake.admit(Admission.WAIT);

        client.send(publish(version, qos, 2, "two") + " c0 00").send(publish(version, 1, 3, "three"));
        assertThat(client.answers()).containsExactly("PUBACK 1");
        assertThat(client.channel.config().isAutoRead()).isFalse();
        assertThat(door.stats.heldBack()).isEqualTo(1);
        assertThat(intake.payloads()).containsExactly("one");

        intake.admit(Admission.TAKE);
        assertThat(client.answers()).containsExactlyInAnyOrder(answer, "PINGRESP", "PUBACK 3");
        assertThat(client.channel.config().isAutoRead()).isTrue();
        assertThat(intake.payloads()).containsExactly("one", "two", "three");
    }

    @ParameterizedTest
    @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
    void shouldTakeQosZeroThatWaitedWhenThereIsRoom(MqttVersion version) {
        EmbeddedDoor.Client client = connect(version);
        intake.admit(Admission.WAIT);

        client.send(publish(version, 0, 0, "one"));
        assertThat(intake.payloads()).isEmpty();

        intake.admit(Admission.TAKE);
        door.settle();
        assertThat(intake.payloads()).containsExactly("one");
        assertThat(door.stats.bestEffort()).isEqualTo(1);
    }

    @Test
    void shouldAcknowledgeInOrderAcrossAWait() {
        intake.stopCommitting();
        EmbeddedDoor.Client client = connect(MqttVersion.MQTT_5);
        client.send(publish(MqttVersion.MQTT_5, 1, 1, "one"));
        intake.admit(Admission.WAIT);
        client.send(publish(MqttVersion.MQTT_5, 1, 2, "two") + publish(MqttVersion.MQTT_5, 1, 3, "three"));
        intake.admit(Admission.TAKE);
        assertThat(client.answers()).isEmpty();

        intake.commit();

        assertThat(client.answers()).containsExactly("PUBACK 1", "PUBACK 2", "PUBACK 3");
    }

    @ParameterizedTest
    @CsvSource({"1, PUBACK 1 0x97", "2, PUBREC 1 0x97"})
    void shouldTellAPublisherOfMqtt5ThatThereIsNoRoom(int qos, String answer) {
        EmbeddedDoor.Client client = connect(MqttVersion.MQTT_5);
        intake.admit(Admission.REFUSE);

        client.send(publish(MqttVersion.MQTT_5, qos, 1, "one"));
        assertThat(client.answers()).containsExactly(answer);
        assertThat(intake.payloads()).isEmpty();
        assertThat(intake.heldIds()).isZero();
        assertThat(door.stats.refused()).isEqualTo(1);
        assertThat(door.stats.refusedForSpace()).isEqualTo(1);
        assertThat(door.stats.acknowledged()).isZero();

        intake.admit(Admission.TAKE);
        client.send(publish(MqttVersion.MQTT_5, 1, 1, "again"));
        assertThat(client.answers()).containsExactly("PUBACK 1");
        assertThat(intake.payloads()).containsExactly("again");
    }

    @Test
    void shouldRefuseInTheOrderOfThePackets() {
        intake.stopCommitting();
        EmbeddedDoor.Client client = connect(MqttVersion.MQTT_5);
        client.send(publish(MqttVersion.MQTT_5, 1, 1, "one"));
        intake.admit(Admission.REFUSE);
        client.send(publish(MqttVersion.MQTT_5, 1, 2, "two"));
        assertThat(client.answers()).isEmpty();

        intake.commitAtOnce();

        assertThat(client.answers()).containsExactly("PUBACK 1", "PUBACK 2 0x97");
    }

    @Test
    void shouldNotCountWhatWasRefusedAgainstReceiveMaximum() {
        EmbeddedDoor.Client client = connect(MqttVersion.MQTT_5);
        intake.admit(Admission.REFUSE);

        for (int id = 1; id <= 3 * TestDoor.limits().messages().receiveMaximum(); id++) {
            client.send(publish(MqttVersion.MQTT_5, 1 + id % 2, id, "x"));
        }

        assertThat(client.isOpen()).isTrue();
        assertThat(client.answers()).hasSize(3 * TestDoor.limits().messages().receiveMaximum());
    }

    @ParameterizedTest
    @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
    void shouldDropQosZeroThatIsRefused(MqttVersion version) {
        EmbeddedDoor.Client client = connect(version);
        intake.admit(Admission.REFUSE);

        client.send(publish(version, 0, 0, "one") + " c0 00");

        assertThat(client.answers()).containsExactly("PINGRESP");
        assertThat(intake.payloads()).isEmpty();
        assertThat(door.stats.refusedForSpace()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldLetAPublisherOf311WaitThatCanNotBeTold(int qos) {
        EmbeddedDoor.Client client = connect(MqttVersion.MQTT_3_1_1);
        intake.admit(Admission.REFUSE);

        client.send(publish(MqttVersion.MQTT_3_1_1, qos, 1, "one"));
        assertThat(client.answers()).isEmpty();
        assertThat(door.stats.refused()).isZero();

        intake.admit(Admission.TAKE);
        assertThat(client.answers()).containsExactly(qos == 1 ? "PUBACK 1" : "PUBREC 1");
        assertThat(intake.payloads()).containsExactly("one");
    }

    @ParameterizedTest
    @EnumSource(names = {"WAIT", "REFUSE"})
    void shouldAnswerARepeatedQosTwoMessageThatIsHeldAlready(Admission admission) {
        EmbeddedDoor.Client client = connect(Login.mqtt5("c").expiry(100));
        client.send(publish(MqttVersion.MQTT_5, 2, 7, "one"));
        assertThat(client.answers()).containsExactly("PUBREC 7");
        client.vanish();
        intake.admit(admission);

        EmbeddedDoor.Client again = door.login(Login.mqtt5("c").resuming().expiry(100));
        again.send("3c [ <'t'> 0007 [ ] 'one' ]").send("62 02 0007");

        assertThat(again.answers()).containsExactly("CONNACK present", "PUBREC 7", "PUBCOMP 7");
        assertThat(intake.payloads()).containsExactly("one");
        assertThat(intake.heldIds()).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"WAIT", "REFUSE"})
    void shouldKnowAnAliasThatCameWithAMessageThatWasNotTaken(Admission admission) {
        EmbeddedDoor.Client client = connect(MqttVersion.MQTT_5);
        intake.admit(admission);

        client.send("32 [ <'a'> 0001 [ 23 0001 ] 'one' ] 32 [ <> 0002 [ 23 0001 ] 'two' ]");
        intake.admit(Admission.TAKE);
        client.send("32 [ <> 0003 [ 23 0001 ] 'three' ]");

        assertThat(client.answers()).endsWith("PUBACK 3");
        assertThat(intake.stored()).extracting(StoredMessage::topic).containsOnly("a");
    }

    @Test
    void shouldHoldBackOnlyThoseWhoPublishToTheFullLane() {
        EmbeddedDoor.Client one = connect(Login.mqtt5("one"));
        EmbeddedDoor.Client two = connect(Login.mqtt5("two"));
        intake.admit(1, Admission.WAIT);

        one.send("32 [ <'other/a'> 0001 [ ] 'waits' ]");
        two.send("32 [ <'a'> 0001 [ ] 'taken' ] c0 00");
        assertThat(one.answers()).isEmpty();
        assertThat(two.answers()).containsExactlyInAnyOrder("PUBACK 1", "PINGRESP");

        intake.admit(1, Admission.TAKE);
        assertThat(one.answers()).containsExactly("PUBACK 1");
        assertThat(intake.payloads()).containsExactly("taken", "waits");
    }

    @Test
    void shouldHoldBackAgainWhenTheRoomDoesNotSuffice() {
        EmbeddedDoor.Client client = connect(MqttVersion.MQTT_5);
        intake.admit(1, Admission.WAIT);
        client.send("32 [ <'other/a'> 0001 [ ] 'one' ]");

        intake.setRoom(true); // says that there is room, but not in this lane
        door.settle();
        assertThat(client.answers()).isEmpty();
        assertThat(door.stats.heldBack()).isEqualTo(1);

        intake.admit(1, Admission.TAKE);
        assertThat(client.answers()).containsExactly("PUBACK 1");
    }

    @Test
    void shouldNotHoldTheWaitAgainstTheClient() {
        EmbeddedDoor.Client client = connect(Login.mqtt5("c").keepAlive(10));
        intake.admit(Admission.WAIT);
        client.send(publish(MqttVersion.MQTT_5, 1, 1, "one"));

        door.advance(Duration.ofHours(1));
        assertThat(client.isOpen()).isTrue();

        intake.admit(Admission.TAKE);
        assertThat(client.answers()).containsExactly("PUBACK 1");
        door.advance(Duration.ofSeconds(14));
        assertThat(client.isOpen()).isTrue();
        door.advance(Duration.ofSeconds(15));
        assertThat(client.answers()).containsExactly("DISCONNECT 0x8d");
    }

    @Test
    void shouldForgetAClientThatGoesWhileItIsHeldBack() {
        EmbeddedDoor.Client client = connect(Login.mqtt5("c").will("will", "gone", 0));
        intake.admit(Admission.WAIT);
        client.send(publish(MqttVersion.MQTT_5, 1, 1, "one"));

        client.vanish();
        assertThat(door.stats.heldBack()).isZero();
        intake.admit(Admission.TAKE);
        door.settle();

        assertThat(intake.payloads()).as("what nobody was promised").containsExactly("gone");
        assertThat(door.stats.connections()).isZero();
    }

    @Test
    void shouldTakeFromTheNextConnectionWhatThePreviousHadToKeep() {
        EmbeddedDoor.Client before = connect(Login.mqtt5("c").expiry(100));
        intake.admit(Admission.WAIT);
        before.send(publish(MqttVersion.MQTT_5, 2, 1, "one"));

        EmbeddedDoor.Client after = door.login(Login.mqtt5("c").resuming().expiry(100));
        after.send("3c [ <'t'> 0001 [ ] 'one' ]");
        assertThat(before.answers()).containsExactly("DISCONNECT 0x8e");
        assertThat(after.answers()).containsExactly("CONNACK present");

        intake.admit(Admission.TAKE);
        assertThat(after.answers()).containsExactly("PUBREC 1");
        assertThat(intake.payloads()).containsExactly("one");
    }

    @Test
    void shouldReleaseWhatIsHeldWhileTheLaneIsFull() {
        EmbeddedDoor.Client client = connect(MqttVersion.MQTT_5);
        client.send(publish(MqttVersion.MQTT_5, 2, 1, "one"));
        intake.admit(Admission.WAIT);

        client.send("62 02 0001");

        assertThat(client.answers()).containsExactly("PUBREC 1", "PUBCOMP 1");
    }

    /** Over real sockets: only reading tells that a client has gone. */
    @Test
    void shouldNoticeThatAClientHasGoneWhileItIsHeldBack() {
        ManualIntake full = ManualIntake.committingAtOnce();
        try (TestDoor sockets = TestDoor.over(full)) {
            RawClient client = sockets.connect(Login.mqtt5("c").keepAlive(1));
            full.admit(Admission.WAIT);
            client.publish(1, 1, "a/b", "one");
            Waiting.await("the client to be held back")
                    .until(() -> sockets.door().stats().heldBack() == 1);

            client.close();

            sockets.awaitConnections(0);
            assertThat(sockets.door().stats().heldBack()).isZero();
        }
    }
}
