package dev.holdfast.gateway.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttProperties.UserProperty;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When a will is published, and when it is not. */
class WillTest {

    private final ManualIntake intake = ManualIntake.committingAtOnce();
    private final EmbeddedDoor door = new EmbeddedDoor(intake, TestDoor.options());

    private static Login kept() {
        return Login.mqtt5("c").resuming().expiry(100);
    }

    private EmbeddedDoor.Client connect(Login login) {
        EmbeddedDoor.Client client = door.login(login);
        assertThat(client.answers()).first().asString().startsWith("CONNACK");
        return client;
    }

    private void assertPublished(String... payloads) {
        assertThat(intake.payloads()).containsExactly(payloads);
    }

    @Test
    void shouldPublishTheWillOfAClientThatIsLost() {
        EmbeddedDoor.Client five = connect(Login.mqtt5("c").will("w/t", "lost", 0));
        EmbeddedDoor.Client three = connect(Login.mqtt3("d").will("w/t", "lost too", 0));
        assertPublished();

        five.vanish();
        three.vanish();

        assertPublished("lost", "lost too");
        StoredMessage will = intake.stored().get(0);
        assertThat(will.topic()).isEqualTo("w/t");
        assertThat(will.qos()).isEqualTo(1);
        assertThat(will.retain()).isFalse();
        assertThat(will.origin().clientId()).isEqualTo("c");
    }

    @Test
    void shouldPublishNothingForAClientWithoutAWill() {
        connect(Login.mqtt5("c")).vanish();

        assertPublished();
    }

    @Test
    void shouldKeepTheWillAsItWasGiven() {
        MqttProperties properties = new MqttProperties();
        properties.add(new IntegerProperty(MqttPropertyType.WILL_DELAY_INTERVAL.value(), 5));
        properties.add(new IntegerProperty(MqttPropertyType.PAYLOAD_FORMAT_INDICATOR.value(), 1));
        properties.add(new UserProperty("k", "v"));

        connect(kept().will("w/t", "lost", 2, true, properties)).vanish();
        door.advance(Duration.ofSeconds(5));

        StoredMessage will = intake.stored().get(0);
        assertThat(will.qos()).isEqualTo(2);
        assertThat(will.retain()).isTrue();
        assertThat(will.properties()).contains("0101", "2600016b000176").hasSize(4 + 14);
    }

    @Test
    void shouldForgetTheWillOfAClientThatSaysGoodbye() {
        connect(Login.mqtt5("a").will("w/t", "lost", 0)).send("e0 00");
        connect(Login.mqtt5("b").will("w/t", "lost", 0)).send("e0 01 00");
        connect(Login.mqtt3("c").will("w/t", "lost", 0)).send("e0 00");
        connect(kept().will("w/t", "lost", 5)).send("e0 00");
        door.advance(Duration.ofSeconds(200));

        assertPublished();
    }

    @Test
    void shouldPublishTheWillOfAClientThatAsksForItWithDisconnect() {
        connect(Login.mqtt5("a").will("w/t", "0x04", 0)).send("e0 01 04");
        connect(Login.mqtt5("b").will("w/t", "0x80", 0)).send("e0 01 80");

        assertPublished("0x04", "0x80");
    }

    @Test
    void shouldPublishTheWillOfAClientThatIsSentAway() {
        connect(Login.mqtt5("a").will("w/t", "malformed", 0)).send("00 00");
        connect(Login.mqtt5("b").keepAlive(10).will("w/t", "silent", 0));
        connect(Login.mqtt3("c").will("w/t", "bad goodbye", 0)).send("e0 01 00");
        door.advance(Duration.ofSeconds(15));

        assertPublished("malformed", "bad goodbye", "silent");
    }

    @Test
    void shouldWaitForTheDelay() {
        connect(kept().will("w/t", "lost", 5)).vanish();

        door.advance(Duration.ofMillis(4_999));
        assertPublished();
        door.advance(Duration.ofMillis(1));
        assertPublished("lost");
    }

    @Test
    void shouldNotWaitLongerThanTheSessionLasts() {
        connect(Login.mqtt5("a").will("w/t", "without session", 500)).vanish();
        assertPublished("without session");

        connect(kept().will("w/t", "lost", 500)).vanish();
        door.advance(Duration.ofSeconds(100));
        assertPublished("without session", "lost");
    }

    @Test
    void shouldNotWaitWhenDisconnectEndsTheSession() {
        connect(kept().will("w/t", "lost", 50)).send("e0 [ 04 [ 11 00000000 ] ]");

        assertPublished("lost");
    }

    @Test
    void shouldForgetTheDelayedWillOfAClientThatResumesItsSession() {
        connect(kept().will("w/t", "lost", 5)).vanish();
        door.advance(Duration.ofSeconds(4));
        connect(kept());
        door.advance(Duration.ofSeconds(50));

        assertPublished();
    }

    @Test
    void shouldPublishTheDelayedWillAtOnceWhenACleanStartEndsTheSession() {
        connect(kept().will("w/t", "lost", 5)).vanish();
        connect(Login.mqtt5("c"));
        assertPublished("lost");

        door.advance(Duration.ofSeconds(50));
        assertPublished("lost");
    }

    @Test
    void shouldPublishTheWillOfTheConnectionThatIsTakenOver() {
        EmbeddedDoor.Client before = connect(kept().will("w/t", "lost", 0));
        EmbeddedDoor.Client after = connect(kept());

        assertThat(before.answers()).containsExactly("DISCONNECT 0x8e");
        assertThat(after.isOpen()).isTrue();
        assertPublished("lost");
    }

    @Test
    void shouldForgetTheDelayedWillOfTheConnectionThatIsTakenOverWithItsSession() {
        connect(kept().will("w/t", "lost", 5));
        connect(kept());
        door.advance(Duration.ofSeconds(50));

        assertPublished();
    }

    @Test
    void shouldPublishTheDelayedWillOfTheConnectionWhoseSessionIsNotTakenOver() {
        connect(kept().will("w/t", "lost", 5));
        connect(Login.mqtt5("c"));

        assertPublished("lost");
    }

    @Test
    void shouldReplaceTheWillWithThatOfTheNextConnection() {
        connect(kept().will("w/t", "first", 5)).vanish();
        connect(kept().will("w/t", "second", 5)).vanish();
        door.advance(Duration.ofSeconds(50));

        assertPublished("second");
    }

    @Test
    void shouldNotPublishTheWillOfAConnectThatWasNotAccepted() {
        intake.stopCommitting();
        EmbeddedDoor.Client refused = door.login(kept().will("w/t", "lost", 0));
        door.login(kept());
        assertThat(refused.answers()).containsExactly("CONNACK 0x88");
        EmbeddedDoor.Client gone = door.login(Login.mqtt5("d").expiry(100).will("w/t", "gone", 0));
        gone.vanish();
        intake.commitAtOnce();
        door.settle();

        assertPublished();
    }

    @Test
    void shouldNotPublishTheWillWhenItIsTheGatewayThatGoes() {
        EmbeddedDoor.Client client = connect(Login.mqtt5("c").will("w/t", "lost", 0));

        client.connection.drain();

        assertThat(client.answers()).containsExactly("DISCONNECT 0x8b");
        assertPublished();
    }

    @Test
    void shouldRefuseAWillForAReservedTopic() {
        EmbeddedDoor.Client five = door.login(Login.mqtt5("a").will("$SYS/x", "lost", 0));
        EmbeddedDoor.Client three = door.login(Login.mqtt3("b").will("$SYS/x", "lost", 0));

        assertThat(five.answers()).containsExactly("CONNACK 0x90");
        assertThat(three.answers()).isEmpty();
        assertThat(three.isOpen()).isFalse();
        assertPublished();
    }
}
