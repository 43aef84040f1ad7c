package dev.holdfast.gateway.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Receive Maximum and Maximum Packet Size. */
class LimitsTest {

    private static final int MAX_PACKET = 64 << 10;

    private final ManualIntake intake = ManualIntake.waiting();
    private final TestDoor door = TestDoor.over(intake);

    @AfterEach
    void close() {
        door.close();
    }

    @Test
    void shouldAnnounceItsLimits() {
        Answer answer = door.login(Login.mqtt5("c")).expect("CONNACK");

        assertThat(answer.property(MqttPropertyType.RECEIVE_MAXIMUM)).isEqualTo(8);
        assertThat(answer.property(MqttPropertyType.MAXIMUM_PACKET_SIZE)).isEqualTo(MAX_PACKET);
        assertThat(answer.property(MqttPropertyType.TOPIC_ALIAS_MAXIMUM)).isEqualTo(4);
    }

    @Test
    void shouldTakeAsManyUnacknowledgedMessagesAsItSaid() {
        RawClient client = door.connect5("c");
        for (int id = 1; id <= 8; id++) {
            client.publish(1 + id % 2, id, "a/b", "m" + id);
        }
        client.publish(0, 0, "a/b", "uncounted").expectNoAnswerYet();
        intake.commitAtOnce();
        for (int id = 1; id <= 8; id++) {
            client.expect((id % 2 == 1 ? "PUBREC " : "PUBACK ") + id);
        }
        for (int id = 1; id <= 8; id += 2) {
            client.release(id).expect("PUBCOMP " + id);
        }

        for (int id = 11; id <= 18; id++) {
            client.publish(1, id, "a/b", "m" + id).expect("PUBACK " + id);
        }
    }

    @Test
    void shouldEndAConnectionWithMoreUnacknowledgedMessages() {
        RawClient client = door.connect5("c");
        for (int id = 1; id <= 9; id++) {
            client.publish(1, id, "a/b", "m" + id);
        }

        client.expect("DISCONNECT 0x93");
        client.expectClosed();
    }

    @Test
    void shouldCountQosTwoUntilItIsComplete() {
        intake.commitAtOnce();
        RawClient client = door.connect5("c");
        for (int id = 1; id <= 8; id++) {
            client.publish(2, id, "a/b", "m" + id).expect("PUBREC " + id);
        }

        client.publish(1, 9, "a/b", "m9").expect("DISCONNECT 0x93");
        client.expectClosed();
    }

    @Test
    void shouldNotCountWhatWasRefused() {
        RawClient client = door.connect5("c");

        for (int id = 1; id <= 20; id++) {
            client.publish(1 + id % 2, id, "$SYS/x", "m").expect((id % 2 == 0 ? "PUBACK " : "PUBREC ") + id + " 0x90");
        }
    }

    @Test
    void shouldNotLimitTheUnacknowledgedMessagesOf311() {
        RawClient client = door.connect3("c");
        for (int id = 1; id <= 100; id++) {
            client.publish(1, id, "a/b", "m" + id);
        }

        client.expectNoAnswerYet();
        intake.commit();
        for (int id = 1; id <= 100; id++) {
            client.expect("PUBACK " + id);
        }
    }

    @Test
    void shouldTakeAPacketOfTheLargestSize() {
        intake.commitAtOnce();
        RawClient client = door.connect5("c");
        int overhead = 1 + 3 + 2 + 1 + 2 + 1;

        client.publish(1, 1, "t", "x".repeat(MAX_PACKET - overhead)).expect("PUBACK 1");
        assertThat(intake.payloads().get(0)).hasSize(MAX_PACKET - overhead);

        client.publish(1, 1, "t", "x".repeat(MAX_PACKET - overhead + 1)).expect("DISCONNECT 0x95");
        client.expectClosed();
    }

    @Test
    void shouldRefuseAPacketThatIsTooLargeBeforeItsBodyIsSent() {
        RawClient five = door.connect5("five");
        five.send("32 ffff7f").expect("DISCONNECT 0x95");
        five.expectClosed();

        RawClient three = door.connect3("three");
        three.send("32 fdff03");
        three.expectClosed();

        RawClient fits = door.connect3("fits");
        fits.send("c0 00 32 fcff03").expect("PINGRESP");
    }

    @Test
    void shouldRefuseALargeFirstPacketBeforeItsBodyIsSent() {
        RawClient client = door.client5();

        client.send("10 ffffff7f");

        client.expectClosed();
    }

    @ParameterizedTest
    @CsvSource({"4194305, 8, 4", "0, 8, 4", "65536, 0, 4", "65536, 65536, 4", "65536, 8, -1", "65536, 8, 65536"})
    void shouldNotBeRunWithLimitsThatCanNotBeAnnounced(int maxPacket, int receiveMaximum, int aliases) {
        assertThatThrownBy(() -> options(maxPacket, receiveMaximum, aliases))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("but was");
    }

    private static FrontDoorOptions options(int maxPacket, int receiveMaximum, int aliases) {
        Limits.Messages messages = new Limits.Messages(receiveMaximum, 8, aliases, 100, 10, 10, 100);
        Limits limits = new Limits(
                Limits.defaults().connections(),
                messages,
                Limits.Rate.UNLIMITED,
                Limits.defaults().sessions());
        InetSocketAddress bind = new InetSocketAddress(0);
        return FrontDoorOptions.of(
                List.of(new Listener("mqtt", bind, maxPacket, null, "", List.of(), true, false, null)), limits);
    }
}
