package dev.holdfast.gateway.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who gets in, and who may publish what. */
class IdentityTest {

    private final ManualIntake intake = ManualIntake.committingAtOnce();
    private final FakeDoorkeeper doorkeeper = new FakeDoorkeeper();
    private final TestDoor closed = TestDoor.over(intake, options(false), doorkeeper);
    private final TestDoor open = TestDoor.over(intake, options(true), doorkeeper);

    private static FrontDoorOptions options(boolean anonymous) {
        Listener listener = TestDoor.listener();
        return new FrontDoorOptions(
                List.of(new Listener(
                        "mqtt",
                        listener.bind(),
                        listener.maxPacketBytes(),
                        null,
                        "",
                        List.of(),
                        anonymous,
                        false,
                        null)),
                TestDoor.limits(),
                1);
    }

    @AfterEach
    void close() {
        closed.close();
        open.close();
    }

    @Test
    void shouldLetInWhoProvesHisName() {
        RawClient five = closed.connect(Login.mqtt5("c5").user("alice", "ecila"));
        RawClient three = closed.connect(Login.mqtt3("c3").user("bob", "bob"));

        five.publish(1, 1, "alice/t", "five").expect("PUBACK 1");
        three.publish(1, 1, "bob/t", "three").expect("PUBACK 1");

        assertThat(intake.payloads()).containsExactly("five", "three");
    }

    @ParameterizedTest
    @CsvSource({"alice, wrong", "alice, ''", "mallory, yrollam", "'', ''"})
    void shouldRefuseWhoDoesNot(String user, String password) {
        RawClient five = closed.login(Login.mqtt5("c5").user(user, password));
        five.expect("CONNACK 0x86");
        five.expectClosed();

        RawClient three = closed.login(Login.mqtt3("c3").user(user, password));
        three.expect("CONNACK 0x04");
        three.expectClosed();

        assertThat(closed.door().stats().limits()).containsEntry(Limit.LOGIN, 2L);
        assertThat(closed.door().stats().badPackets()).isZero();
    }

    @Test
    void shouldRefuseWhoSaysNoName() {
        RawClient five = closed.login(Login.mqtt5("c5"));
        five.expect("CONNACK 0x86");
        five.expectClosed();

        RawClient three = closed.login(Login.mqtt3("c3"));
        three.expect("CONNACK 0x04");
        three.expectClosed();
    }

    @Test
    void shouldLetInWhoSaysNoNameWhereThatIsAllowedAndStillCheckNames() {
        open.connect5("nobody").publish(1, 1, "open/t", "m").expect("PUBACK 1");

        open.login(Login.mqtt5("c").user("alice", "wrong")).expect("CONNACK 0x86");
    }

    @Test
    void shouldSayThatItHasNoTime() {
        doorkeeper.beBusy();

        RawClient five = closed.login(Login.mqtt5("c5").user("alice", "ecila"));
        five.expect("CONNACK 0x89");
        five.expectClosed();
        RawClient three = closed.login(Login.mqtt3("c3").user("alice", "ecila"));
        three.expect("CONNACK 0x03");
        three.expectClosed();

        assertThat(closed.door().stats().limits()).containsEntry(Limit.LOGINS_AT_ONCE, 2L);
    }

    /** Its packets wait, and so does the client id: an intruder would take over the device's connection otherwise. */
    @Test
    void shouldDoNothingForAClientBeforeItsNameIsProven() {
        RawClient device = closed.connect(Login.mqtt5("same").user("alice", "ecila"));
        doorkeeper.hesitate();
        RawClient intruder =
                closed.login(Login.mqtt5("same").user("alice", "wrong")).publish(1, 7, "alice/t", "intruder");
        await("the login to wait").until(doorkeeper::undecided, count -> count == 1);

        device.publish(1, 1, "alice/t", "device").expect("PUBACK 1");
        doorkeeper.decide();
        intruder.expect("CONNACK 0x86");
        intruder.expectClosed();

        device.publish(1, 2, "alice/t", "still here").expect("PUBACK 2");
        assertThat(intake.payloads()).containsExactly("device", "still here");
    }

    @Test
    void shouldServeWhatWasSentBehindTheLogin() {
        doorkeeper.hesitate();
        RawClient client = closed.login(Login.mqtt5("c").user("bob", "bob")).publish(1, 7, "bob/t", "early");
        await("the login to wait").until(doorkeeper::undecided, count -> count == 1);
        assertThat(intake.payloads()).isEmpty();

        doorkeeper.decide();

        client.expect("CONNACK");
        client.expect("PUBACK 7");
    }

    @Test
    void shouldForgetALoginWhoseClientHasGone() {
        doorkeeper.hesitate();
        RawClient client = closed.login(Login.mqtt5("c").user("bob", "bob"));
        await("the login to wait").until(doorkeeper::undecided, count -> count == 1);
        client.close();
        closed.awaitConnections(0);

        doorkeeper.decide();
        doorkeeper.hesitateNoMore();

        closed.connect(Login.mqtt5("c").user("alice", "ecila"))
                .publish(1, 1, "alice/t", "m")
                .expect("PUBACK 1");
        assertThat(closed.door().claims()).isEqualTo(1);
    }

    @Test
    void shouldRefuseAMessageThatAClientMayNotPublish() {
        RawClient five = closed.connect(Login.mqtt5("c5").user("alice", "ecila"));
        five.publish(1, 1, "bob/t", "no").expect("PUBACK 1 0x87");
        five.publish(2, 2, "bob/t", "no").expect("PUBREC 2 0x87");
        five.publish(1, 3, "alice/t", "yes").expect("PUBACK 3");
        five.publish(0, 0, "bob/t", "no").expect("DISCONNECT 0x87");
        five.expectClosed();

        RawClient three = closed.connect(Login.mqtt3("c3").user("alice", "ecila"));
        three.publish(1, 1, "bob/t", "no");
        three.expectClosed();

        assertThat(intake.payloads()).containsExactly("yes");
        assertThat(closed.door().stats().limits()).containsEntry(Limit.PUBLISH_RULES, 4L);
    }

    @Test
    void shouldNotLetARefusedMessageWaitForRoom() {
        intake.admit(dev.holdfast.gateway.journal.Admission.WAIT);
        RawClient client = closed.connect(Login.mqtt5("c").user("alice", "ecila"));

        client.publish(1, 1, "bob/t", "no").expect("PUBACK 1 0x87");
    }

    @ParameterizedTest
    @CsvSource({"MQTT_5, CONNACK 0x87", "MQTT_3_1_1, CONNACK 0x05"})
    void shouldRefuseAWillThatAClientMayNotPublish(MqttVersion version, String answer) {
        RawClient client =
                closed.login(Login.of(version, "c").user("alice", "ecila").will("bob/t", "gone", 0));
        client.expect(answer);
        client.expectClosed();
        closed.awaitConnections(0);

        closed.connect(Login.of(version, "d").user("alice", "ecila").will("alice/t", "gone", 0))
                .close();
        intake.awaitPayloads("gone");
    }
}
