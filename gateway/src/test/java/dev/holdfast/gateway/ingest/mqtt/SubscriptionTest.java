package dev.holdfast.gateway.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** There are no subscriptions: they are refused one by one, and the connection lives on. */
class SubscriptionTest {

    private static final String SUBSCRIBE_5 = "82 [ 0007 [ ] <'a/#'> 00 <'b/+'> 01 <'$share/g/c'> 2a ]";
    private static final String UNSUBSCRIBE_5 = "a2 [ 0008 [ 26 <'k'> <'v'> ] <'a/#'> <'b/+'> ]";

    private final ManualIntake intake = ManualIntake.committingAtOnce();
    private final TestDoor door = TestDoor.over(intake);

    @AfterEach
    void close() {
        door.close();
    }

    @Test
    void shouldRefuseEachFilterOfMqtt5AndSayWhy() {
        RawClient client = door.connect5("c");

        Answer answer = client.send(SUBSCRIBE_5).expect("SUBACK 7 0x83 0x83 0x83");

        assertThat(answer.property(MqttPropertyType.REASON_STRING)).asString().contains("no subscriptions");
        client.publish(1, 1, "a/b", "one").expect("PUBACK 1");
    }

    @Test
    void shouldRefuseEachFilterOf311() {
        RawClient client = door.connect3("c");

        client.send("82 [ 0007 <'a/#'> 00 <'b/+'> 02 ]").expect("SUBACK 7 0x80 0x80");

        client.publish(1, 1, "a/b", "one").expect("PUBACK 1");
    }

    @Test
    void shouldAnswerUnsubscribe() {
        RawClient five = door.connect5("five");
        Answer answer = five.send(UNSUBSCRIBE_5).expect("UNSUBACK 8 0x11 0x11");
        assertThat(answer.property(MqttPropertyType.REASON_STRING)).isNull();
        five.publish(1, 1, "a/b", "one").expect("PUBACK 1");

        RawClient three = door.connect3("three");
        three.send("a2 [ 0008 <'a/#'> <'b/+'> ]").expect("UNSUBACK 8");
        three.publish(1, 1, "a/b", "one").expect("PUBACK 1");
    }

    @Test
    void shouldTakeTheIdentifierOfASubscription() {
        door.connect5("c").send("82 [ 0007 [ 0b ffffff7f ] <'a'> 00 ]").expect("SUBACK 7 0x83");
    }

    @Test
    void shouldNotSayWhyToAClientThatDoesNotWantIt() {
        RawClient client = door.connect(Login.mqtt5("c").with(MqttPropertyType.REQUEST_PROBLEM_INFORMATION, 0));

        Answer answer = client.send(SUBSCRIBE_5).expect("SUBACK 7 0x83 0x83 0x83");

        assertThat(answer.property(MqttPropertyType.REASON_STRING)).isNull();
    }

    @Test
    void shouldNotSayWhyToAClientThatTakesOnlySmallPackets() {
        int whole = door.connect5("a").send(SUBSCRIBE_5).read().bytes();

        RawClient small = door.connect(Login.mqtt5("b").with(MqttPropertyType.MAXIMUM_PACKET_SIZE, whole - 1));
        Answer answer = small.send(SUBSCRIBE_5).expect("SUBACK 7 0x83 0x83 0x83");

        assertThat(answer.property(MqttPropertyType.REASON_STRING)).isNull();
        assertThat(answer.bytes()).isLessThan(whole);
    }

    @Test
    void shouldRefuseManyFilters() {
        RawClient client = door.connect5("c");

        Answer answer =
                client.send("82 [ 0007 [ ] " + "<'a'> 00 ".repeat(10_000) + "]").read();

        assertThat(answer.summary())
                .startsWith("SUBACK 7 0x83")
                .endsWith(" 0x83")
                .hasSize(8 + 10_000 * 5);
        client.expectNoAnswerYet();
    }
}
