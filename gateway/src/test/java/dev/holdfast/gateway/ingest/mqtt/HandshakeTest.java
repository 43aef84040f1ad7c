package dev.holdfast.gateway.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttProperties.StringProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** CONNECT and its answers, where they are not about sessions. */
class HandshakeTest {

    private final ManualIntake intake = ManualIntake.committingAtOnce();
    private final TestDoor door = TestDoor.over(intake);

    @AfterEach
    void close() {
        door.close();
    }

    @Test
    void shouldAssignAClientIdentifier() {
        Answer one = door.login(Login.mqtt5("")).expect("CONNACK");
        Answer two = door.login(Login.mqtt5("")).expect("CONNACK");
        Object first = one.property(MqttPropertyType.ASSIGNED_CLIENT_IDENTIFIER);

        assertThat(first).asString().startsWith("holdfast-");
        assertThat(two.property(MqttPropertyType.ASSIGNED_CLIENT_IDENTIFIER)).isNotEqualTo(first);
    }

    @Test
    void shouldKnowAClientAgainByTheIdentifierThatItWasAssigned() {
        RawClient client = door.login(Login.mqtt5("").expiry(100));
        String id = String.valueOf(client.expect("CONNACK").property(MqttPropertyType.ASSIGNED_CLIENT_IDENTIFIER));
        client.disconnect();
        door.awaitConnections(0);

        Answer answer = door.login(Login.mqtt5(id).resuming().expiry(100)).expect("CONNACK present");
        assertThat(answer.property(MqttPropertyType.ASSIGNED_CLIENT_IDENTIFIER)).isNull();
    }

    @Test
    void shouldTakeAnEmptyClientIdentifierOf311OnlyWithACleanSession() {
        door.login(Login.mqtt3("")).expect("CONNACK");

        RawClient refused = door.login(Login.mqtt3("").resuming());
        refused.expect("CONNACK 0x02");
        refused.expectClosed();
    }

    @Test
    void shouldRefuseAClientIdentifierThatIsTooLong() {
        RawClient five = door.login(Login.mqtt5("x".repeat(1_025)));
        five.expect("CONNACK 0x85");
        five.expectClosed();
        RawClient three = door.login(Login.mqtt3("x".repeat(1_025)));
        three.expect("CONNACK 0x02");
        three.expectClosed();
    }

    @Test
    void shouldSayWhatItDoesNotOffer() {
        Answer answer = door.login(Login.mqtt5("c")).expect("CONNACK");

        assertThat(answer.property(MqttPropertyType.WILDCARD_SUBSCRIPTION_AVAILABLE))
                .isEqualTo(0);
        assertThat(answer.property(MqttPropertyType.SUBSCRIPTION_IDENTIFIER_AVAILABLE))
                .isEqualTo(0);
        assertThat(answer.property(MqttPropertyType.SHARED_SUBSCRIPTION_AVAILABLE))
                .isEqualTo(0);
        assertThat(answer.property(MqttPropertyType.MAXIMUM_QOS)).isNull();
        assertThat(answer.property(MqttPropertyType.SERVER_KEEP_ALIVE)).isNull();
        assertThat(answer.property(MqttPropertyType.RESPONSE_INFORMATION)).isNull();
    }

    @Test
    void shouldRefuseEnhancedAuthentication() {
        RawClient client = door.login(
                Login.mqtt5("c").with(new StringProperty(MqttPropertyType.AUTHENTICATION_METHOD.value(), "SCRAM")));

        client.expect("CONNACK 0x8c");
        client.expectClosed();
    }

    @Test
    void shouldTakeUserNameAndPassword() {
        door.client5()
                .send("10 [ <'MQTT'> 05 c2 0000 [ ] <'c'> <'name'> <'secret'> ]")
                .expect("CONNACK");
        door.client5().send("10 [ <'MQTT'> 05 42 0000 [ ] <'d'> <00ff> ]").expect("CONNACK");
        door.client3()
                .send("10 [ <'MQTT'> 04 c2 0000 <'e'> <'name'> <'secret'> ]")
                .expect("CONNACK");
    }

    @Test
    void shouldRefuseOlderVersionsInTheirOwnForm() {
        RawClient three = door.client3();
        three.send("10 [ <'MQIsdp'> 03 02 0000 <'c'> ]").expect("CONNACK 0x01");
        three.expectClosed();
        RawClient four = door.client3();
        four.send("10 [ <'MQTT'> 03 02 0000 <'c'> ]").expect("CONNACK 0x01");
        four.expectClosed();
    }

    @Test
    void shouldRefuseLaterVersionsInTheFormOfMqtt5() {
        RawClient six = door.client5();
        six.send("10 [ <'MQTT'> 06 02 0000 [ ] <'c'> ]").expect("CONNACK 0x84");
        six.expectClosed();
        RawClient name = door.client5();
        name.send("10 [ <'MQTX'> 05 02 0000 [ ] <'c'> ]").expect("CONNACK 0x84");
        name.expectClosed();
    }

    @Test
    void shouldTakeWhatIsSentBehindConnectInTheSameRead() {
        RawClient client = door.client5();

        client.send("10 [ <'MQTT'> 05 02 0000 [ ] <'c'> ] 32 [ <'t'> 0001 [ ] 'm' ] c0 00");

        client.expect("CONNACK");
        client.expect("PINGRESP");
        client.expect("PUBACK 1");
    }

    @Test
    void shouldNotTakeWhatIsSentBehindAConnectThatIsRefused() {
        RawClient client = door.client5();

        client.send("10 [ <'MQTT'> 05 03 0000 [ ] <'c'> ] 32 [ <'t'> 0001 [ ] 'm' ]");

        client.expect("CONNACK 0x81");
        client.expectClosed();
        assertThat(intake.stored()).isEmpty();
    }

    @Test
    void shouldNotSayMoreThanTheClientTakesWhenItRefuses() {
        for (int i = 0; i < 10; i++) {
            door.connect(Login.mqtt5("c" + i).expiry(100));
        }

        Answer large = door.login(Login.mqtt5("d").expiry(100)).expect("CONNACK 0x97");
        Answer small = door.login(Login.mqtt5("e").expiry(100).with(MqttPropertyType.MAXIMUM_PACKET_SIZE, 40))
                .expect("CONNACK 0x97");

        assertThat(large.property(MqttPropertyType.REASON_STRING)).asString().contains("10 sessions");
        assertThat(small.property(MqttPropertyType.REASON_STRING)).isNull();
        assertThat(small.bytes()).isLessThanOrEqualTo(40);
    }

    @Test
    void shouldSayWhyItDisconnectsIfTheClientTakesIt() {
        RawClient large = door.connect(Login.mqtt5("a").with(MqttPropertyType.REQUEST_PROBLEM_INFORMATION, 0));
        Answer said = large.send("00 00").expect("DISCONNECT 0x81");
        RawClient small = door.connect(Login.mqtt5("b").with(MqttPropertyType.MAXIMUM_PACKET_SIZE, 40));
        Answer unsaid = small.send("00 00").expect("DISCONNECT 0x81");

        assertThat(said.property(MqttPropertyType.REASON_STRING)).asString().contains("reserved");
        assertThat(unsaid.property(MqttPropertyType.REASON_STRING)).isNull();
    }

    @Test
    void shouldNotPutWhatStrangersSentIntoItsReasons() {
        RawClient client = door.client5();

        Answer answer = client.send("10 [ <'M\"\u0007" + "x".repeat(100) + "'> 05 02 0000 [ ] <'c'> ]")
                .expect("CONNACK 0x84");

        String reason = String.valueOf(answer.property(MqttPropertyType.REASON_STRING));
        assertThat(reason).doesNotContain("\u0007").hasSizeLessThan(200);
    }
}
