package dev.holdfast.gateway.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What ends by time: connections that are silent, too slow to begin, or too slow to end. */
class TimingTest {

    private final ManualIntake intake = ManualIntake.committingAtOnce();
    private final EmbeddedDoor door = new EmbeddedDoor(intake, TestDoor.options());

    private EmbeddedDoor.Client connect(Login login) {
        EmbeddedDoor.Client client = door.login(login);
        assertThat(client.answers()).containsExactly("CONNACK");
        return client;
    }

    @Test
    void shouldEndAConnectionThatIsSilentForOneAndAHalfKeepAlives() {
        EmbeddedDoor.Client client = connect(Login.mqtt5("c").keepAlive(10));

        door.advance(Duration.ofMillis(14_999));
        assertThat(client.isOpen()).isTrue();
        door.advance(Duration.ofMillis(1));

        assertThat(client.answers()).containsExactly("DISCONNECT 0x8d");
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void shouldCloseASilentConnectionOf311() {
        EmbeddedDoor.Client client = connect(Login.mqtt3("c").keepAlive(10));

        door.advance(Duration.ofSeconds(15));

        assertThat(client.answers()).isEmpty();
        assertThat(client.isOpen()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"c0 00", "30 [ <'t'> [ ] ]", "62 02 0001"})
    void shouldCountFromTheLastPacket(String packet) {
        EmbeddedDoor.Client client = connect(Login.mqtt5("c").keepAlive(10));
        for (int i = 0; i < 5; i++) {
            door.advance(Duration.ofSeconds(14));
            client.send(packet);
        }

        assertThat(client.isOpen()).isTrue();
        door.advance(Duration.ofSeconds(15));
        assertThat(client.answers()).endsWith("DISCONNECT 0x8d");
    }

    @Test
    void shouldLetAConnectionWithoutKeepAliveBeSilent() {
        EmbeddedDoor.Client client = connect(Login.mqtt5("c"));

        door.advance(Duration.ofDays(10));

        assertThat(client.isOpen()).isTrue();
    }

    @Test
    void shouldNotCountTheTimeInWhichReadingIsHeldBack() {
        EmbeddedDoor.Client client = connect(Login.mqtt5("c").keepAlive(10));
        intake.setRoom(false);
        client.send("32 [ <'t'> 0001 [ ] ]");
        door.advance(Duration.ofMinutes(5));
        assertThat(client.isOpen()).isTrue();

        intake.setRoom(true);
        door.settle();
        door.advance(Duration.ofSeconds(14));
        assertThat(client.answers()).containsExactly("PUBACK 1");
        assertThat(client.isOpen()).isTrue();
        door.advance(Duration.ofSeconds(15));
        assertThat(client.answers()).containsExactly("DISCONNECT 0x8d");
    }

    @Test
    void shouldNotCountTheTimeInWhichTheSessionBegins() {
        intake.stopCommitting();
        EmbeddedDoor.Client client =
                door.login(Login.mqtt5("c").keepAlive(1).resuming().expiry(100));
        door.advance(Duration.ofMinutes(5));
        intake.commitAtOnce();

        assertThat(client.answers()).containsExactly("CONNACK");
        door.advance(Duration.ofMillis(1_400));
        assertThat(client.isOpen()).isTrue();
    }

    @Test
    void shouldEndAConnectionThatDoesNotConnect() {
        EmbeddedDoor.Client client = door.open(MqttVersion.MQTT_5);

        door.advance(Duration.ofMillis(9_999));
        assertThat(client.isOpen()).isTrue();
        door.advance(Duration.ofMillis(1));

        assertThat(client.answers()).isEmpty();
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void shouldEndAConnectionWhoseConnectTrickles() {
        EmbeddedDoor.Client client = door.open(MqttVersion.MQTT_5);
        byte[] connect = Login.mqtt5("a client identifier").bytes();
        for (int i = 0; i < 9; i++) {
            client.send(new byte[] {connect[i]});
            door.advance(Duration.ofSeconds(1));
        }
        assertThat(client.isOpen()).isTrue();

        client.send(new byte[] {connect[9]});
        door.advance(Duration.ofSeconds(1));

        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void shouldNotEndASlowConnectionOnceItIsAccepted() {
        EmbeddedDoor.Client client = connect(Login.mqtt5("c"));

        door.advance(Duration.ofMinutes(1));

        assertThat(client.isOpen()).isTrue();
    }

    /** A client that takes nothing must not keep what it is sent away with, and its connection, for ever. */
    @Test
    void shouldCloseAConnectionThatDoesNotTakeItsLastAnswer() {
        EmbeddedDoor.Client client = connect(Login.mqtt5("c"));
        client.channel.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
                ReferenceCountUtil.release(message); // and the promise is never kept
            }
        });

        client.send("00 00");
        assertThat(client.isOpen()).isTrue();
        door.advance(Duration.ofSeconds(10));

        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void shouldEndASilentConnectionOnARealSocket() {
        try (TestDoor real = TestDoor.over(intake)) {
            RawClient client = real.connect(Login.mqtt5("c").keepAlive(1));

            client.expect("DISCONNECT 0x8d");
            client.expectClosed();
        }
    }

    /** While its answers are not taken, a connection is held back; but it is the client that we wait for. */
    @Test
    void shouldEndASilentConnectionThatDoesNotTakeItsAnswers() {
        EmbeddedDoor.Client client = connect(Login.mqtt5("c").keepAlive(10));
        client.channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
        client.channel.runPendingTasks();
        assertThat(client.channel.config().isAutoRead()).isFalse();

        door.advance(Duration.ofSeconds(16));

        assertThat(client.isOpen()).isFalse();
    }
}
