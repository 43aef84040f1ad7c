package dev.holdfast.gateway.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Topic aliases, section 3.3.2.3.4 of MQTT 5. The listener allows 4 of them. */
class TopicAliasTest {

    private final ManualIntake intake = ManualIntake.committingAtOnce();
    private final TestDoor door = TestDoor.over(intake);

    @AfterEach
    void close() {
        door.close();
    }

    private List<String> topics() {
        return intake.stored().stream().map(StoredMessage::topic).toList();
    }

    private static String publish(String topic, int alias) {
        return "32 [ <%s> 0001 [ 23 %04x ] 'm' ]".formatted(topic.isEmpty() ? "" : "'" + topic + "'", alias);
    }

    @Test
    void shouldUseTheTopicThatAnAliasStandsFor() {
        RawClient client = door.connect5("c");
        client.send(publish("a", 1)).expect("PUBACK 1");
        client.send(publish("b", 4)).expect("PUBACK 1");
        client.send(publish("", 1)).expect("PUBACK 1");
        client.send(publish("", 4)).expect("PUBACK 1");
        client.send(publish("", 1)).expect("PUBACK 1");

        assertThat(topics()).containsExactly("a", "b", "a", "b", "a");
    }

    @Test
    void shouldReplaceTheTopicOfAnAlias() {
        RawClient client = door.connect5("c");
        client.send(publish("a", 2)).expect("PUBACK 1");
        client.send(publish("b", 2)).expect("PUBACK 1");
        client.send(publish("", 2)).expect("PUBACK 1");

        assertThat(topics()).containsExactly("a", "b", "b");
    }

    @Test
    void shouldKeepAliasesOutOfTheStoredProperties() {
        RawClient client = door.connect5("c");
        client.send("32 [ <'a'> 0001 [ 01 01 23 0001 26 <'k'> <'v'> ] 'm' ]").expect("PUBACK 1");
        client.send("32 [ <> 0001 [ 23 0001 ] 'm' ]").expect("PUBACK 1");
        client.send("32 [ <> 0001 [ 23 0001 02 0000000a ] 'm' ]").expect("PUBACK 1");
        client.send("32 [ <> 0001 [ 02 0000000a 23 0001 ] 'm' ]").expect("PUBACK 1");

        assertThat(intake.stored().stream().map(StoredMessage::properties))
                .containsExactly("01012600016b000176", "", "020000000a", "020000000a");
    }

    @Test
    void shouldNotCarryAliasesToTheNextConnection() {
        RawClient before = door.connect(Login.mqtt5("c").expiry(100));
        before.send(publish("a", 1)).expect("PUBACK 1");
        before.disconnect();
        door.awaitConnections(0);

        RawClient after = door.login(Login.mqtt5("c").resuming().expiry(100));
        after.expect("CONNACK present");
        after.send(publish("", 1)).expect("DISCONNECT 0x82");
        after.expectClosed();
    }

    @Test
    void shouldNotShareAliasesBetweenConnections() {
        RawClient one = door.connect5("one");
        one.send(publish("a", 1)).expect("PUBACK 1");

        RawClient two = door.connect5("two");
        two.send(publish("", 1)).expect("DISCONNECT 0x82");
        one.send(publish("", 1)).expect("PUBACK 1");
    }

    @Test
    void shouldRefuseAReservedTopicBehindAnAlias() {
        RawClient client = door.connect5("c");

        client.send(publish("$SYS/x", 1)).expect("PUBACK 1 0x90");
        client.send(publish("", 1)).expect("PUBACK 1 0x90");
        client.send(publish("a", 1)).expect("PUBACK 1");

        assertThat(topics()).containsExactly("a");
    }

    @ParameterizedTest
    @CsvSource({"0, 0x94", "5, 0x94", "65535, 0x94", "3, 0x82"})
    void shouldRefuseAnAliasThatIsNotThere(int alias, String code) {
        RawClient client = door.connect5("c");

        client.send(publish("", alias)).expect("DISCONNECT " + code);
        client.expectClosed();
    }
}
