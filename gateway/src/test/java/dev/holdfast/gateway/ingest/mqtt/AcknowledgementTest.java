package dev.holdfast.gateway.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When a PUBLISH is answered, and in what order. */
class AcknowledgementTest {

    private final ManualIntake intake = ManualIntake.waiting();
    private final TestDoor door = TestDoor.over(intake);

    @AfterEach
    void close() {
        door.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
    void shouldAcknowledgeOnlyWhatIsDurable(MqttVersion version) {
        RawClient client = door.connect(Login.of(version, "c"));

        client.publish(1, 7, "a/b", "one").publish(2, 8, "a/b", "two").expectNoAnswerYet();
        intake.commit();

        client.expect("PUBACK 7");
        client.expect("PUBREC 8");
        assertThat(intake.payloads()).containsExactly("one", "two");
        assertThat(door.door().stats().acknowledged()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
    void shouldAcknowledgeNothingWhenTheCommitNeverComes(MqttVersion version) {
        RawClient client = door.connect(Login.of(version, "c"));

        client.publish(1, 7, "a/b", "one").publish(2, 8, "a/b", "two").expectNoAnswerYet();
        intake.awaitWaiting(1);
        client.publish(1, 9, "a/b", "three").expectNoAnswerYet();
        intake.awaitWaiting(2);

        client.expectNoAnswerYet();
        assertThat(door.door().stats().acknowledged()).isZero();
    }

    @Test
    void shouldStoreWithoutAcknowledgementWhatIsSentWithQosZero() {
        RawClient client = door.connect5("c");

        client.publish(0, 0, "a/b", "one").expectNoAnswerYet();
        intake.commit();

        client.expectNoAnswerYet();
        assertThat(intake.payloads()).containsExactly("one");
        assertThat(door.door().stats().bestEffort()).isEqualTo(1);
        assertThat(door.door().stats().acknowledged()).isZero();
    }

    @Test
    void shouldAcknowledgeInTheOrderOfThePublishes() {
        RawClient client = door.connect5("c");
        for (int id = 1; id <= 8; id++) {
            client.publish(id % 2 + 1, id, "a/b", "m" + id).expectNoAnswerYet();
        }

        intake.commit(3);
        client.expect("PUBREC 1");
        client.expect("PUBACK 2");
        client.expect("PUBREC 3");
        client.expectNoAnswerYet();
        intake.commit();
        for (int id = 4; id <= 8; id++) {
            client.expect((id % 2 == 0 ? "PUBACK " : "PUBREC ") + id);
        }
    }

    @Test
    void shouldQueueRefusalsBehindWhatIsNotDurableYet() {
        RawClient client = door.connect5("c");

        client.publish(1, 1, "a/b", "one").expectNoAnswerYet();
        client.publish(1, 2, "$SYS/x", "no").expectNoAnswerYet();
        client.publish(2, 3, "$share/x", "no").expectNoAnswerYet();
        client.publish(1, 4, "a/b", "two").expectNoAnswerYet();
        intake.commit();

        client.expect("PUBACK 1");
        client.expect("PUBACK 2 0x90");
        client.expect("PUBREC 3 0x90");
        client.expect("PUBACK 4");
        assertThat(intake.payloads()).containsExactly("one", "two");
        assertThat(door.door().stats().refused()).isEqualTo(2);
    }

    @Test
    void shouldNotSayRefusalsBehindWhatIsNeverDurable() {
        RawClient client = door.connect5("c");

        client.publish(1, 1, "a/b", "one").expectNoAnswerYet();
        client.publish(1, 2, "$SYS/x", "no").expectNoAnswerYet();
        intake.awaitWaiting(2);

        client.expectNoAnswerYet();
    }

    @Test
    void shouldRefuseAtOnceWhenNothingWaits() {
        RawClient client = door.connect5("c");

        client.publish(1, 2, "$SYS/x", "no");

        client.expect("PUBACK 2 0x90");
        client.publish(1, 3, "a/$SYS", "yes").expectNoAnswerYet();
        intake.commit();
        client.expect("PUBACK 3");
    }

    @Test
    void shouldCloseWhenReservedTopicsCanNotBeRefusedOtherwise() {
        RawClient without = door.connect5("qos0");
        without.publish(0, 0, "$SYS/x", "no");
        without.expect("DISCONNECT 0x90");
        without.expectClosed();

        RawClient old = door.connect3("old");
        old.publish(1, 1, "$SYS/x", "no");
        old.expectClosed();
        assertThat(intake.waitingAppends()).isZero();
    }

    @Test
    void shouldNotAcknowledgeToTheNextConnectionWhatTheOneBeforeSent() {
        RawClient before = door.connect5("c");
        before.publish(1, 7, "a/b", "one").expectNoAnswerYet();
        intake.awaitWaiting(1);
        before.close();
        door.awaitConnections(0);

        RawClient after = door.connect5("c");
        intake.commit();

        after.expectNoAnswerYet();
        assertThat(intake.payloads()).containsExactly("one");
    }

    @Test
    void shouldStoreButNotAcknowledgeWhatCameBeforeABadPacketInTheSameRead() {
        RawClient client = door.connect5("c");

        client.send("32 [ <'t'> 0001 [ ] 'one' ] 36 [ <'t'> 0002 [ ] 'bad' ]");

        client.expect("DISCONNECT 0x81");
        client.expectClosed();
        intake.commit();
        assertThat(intake.payloads()).containsExactly("one");
    }

    @Test
    void shouldKeepTheOrderOfMessagesThatFillSeveralAppends() {
        RawClient client = door.connect5("c");
        String filler = "x".repeat(60_000);

        IntStream.rangeClosed(1, 8).forEach(id -> client.publish(1, id, "t" + id, id + filler));
        client.expectNoAnswerYet();
        intake.commit();

        IntStream.rangeClosed(1, 8).forEach(id -> client.expect("PUBACK " + id));
        List<String> topics = intake.stored().stream().map(StoredMessage::topic).toList();
        assertThat(topics).containsExactly("t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8");
        assertThat(intake.payloads()).allSatisfy(payload -> assertThat(payload).hasSize(60_001));
    }

    @Test
    void shouldKeepTheOrderOfManyTopicsInOneRead() {
        RawClient client = door.connect3("c");
        StringBuilder wire = new StringBuilder();
        IntStream.rangeClosed(1, 200).forEach(id -> wire.append("32 [ <'t%d'> %04x 'm' ] ".formatted(id, id)));

        client.send(wire.toString()).expectNoAnswerYet();
        intake.commit();

        IntStream.rangeClosed(1, 200).forEach(id -> client.expect("PUBACK " + id));
        assertThat(intake.stored().stream().map(StoredMessage::topic))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, 200).mapToObj(id -> "t" + id).toList());
    }

    @Test
    void shouldTellWhereAMessageCameFrom() {
        RawClient client = door.connect5("device-17");

        client.publish(1, 1, "a/b", "one").expectNoAnswerYet();
        intake.commit();

        client.expect("PUBACK 1");
        assertThat(intake.stored().get(0).origin().clientId()).isEqualTo("device-17");
        assertThat(intake.stored().get(0).qos()).isEqualTo(1);
    }
}
