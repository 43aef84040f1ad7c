package dev.holdfast.gateway.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The limits of what clients may do: what they are told, and what is counted. */
class ClientLimitsTest {

    private static final Limits.Connections CONNECTIONS =
            new Limits.Connections(4, 4, 2, 1 << 10, Duration.ofSeconds(5), Duration.ofSeconds(30), 512 << 10);
    private static final Limits.Messages MESSAGES = new Limits.Messages(8, 3, 4, 20, 4, 2, 40);

    private final ManualIntake intake = ManualIntake.committingAtOnce();
    private final List<TestDoor> doors = new ArrayList<>();

    private TestDoor door(Limits limits, boolean proxied) {
        Listener listener = TestDoor.listener();
        FrontDoorOptions options = new FrontDoorOptions(
                List.of(new Listener(
                        "mqtt", listener.bind(), listener.maxPacketBytes(), null, "", List.of(), true, proxied, null)),
                limits,
                1);
        TestDoor door = TestDoor.over(intake, options);
        doors.add(door);
        return door;
    }

    private TestDoor door() {
        return door(limits(Limits.Rate.UNLIMITED), false);
    }

    private static Limits limits(Limits.Rate rate) {
        return new Limits(CONNECTIONS, MESSAGES, rate, new Limits.SessionLimits(2, Duration.ofDays(1)));
    }

    private static EmbeddedDoor embedded(Limits.Rate rate) {
        return new EmbeddedDoor(ManualIntake.committingAtOnce(), TestDoor.options(limits(rate)));
    }

    @AfterEach
    void close() {
        doors.forEach(TestDoor::close);
    }

    // --- connections --------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"MQTT_5, CONNACK 0x97", "MQTT_3_1_1, CONNACK 0x03"})
    void shouldTellOneConnectionTooManyWhyItIsRefused(MqttVersion version, String answer) {
        TestDoor door = door();
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            clients.add(door.connect5("c" + i));
        }

        RawClient refused = door.login(Login.of(version, "one too many"));
        refused.expect(answer);
        refused.expectClosed();
        clients.get(0).close();
        door.awaitConnections(3);

        door.connect5("instead");
        assertThat(door.door().stats().limits()).containsEntry(Limit.CONNECTIONS, 1L);
    }

    /** Who connects again and again and says nothing takes no more than some places. */
    @Test
    void shouldNotLetManyConnectionsWaitToBeToldWhy() {
        TestDoor door = door();
        for (int i = 0; i < 4 + 64; i++) {
            door.client5();
        }
        door.awaitConnections(68);

        door.client5().expectClosed();

        assertThat(door.door().stats().limits()).containsEntry(Limit.CONNECTIONS, 1L);
    }

    @Test
    void shouldLimitTheConnectionsOfAnAddressAndOfANetwork() {
        TestDoor door = door(limits(Limits.Rate.UNLIMITED), true);
        proxied(door, "10.0.0.1", "a").expect("CONNACK");
        RawClient second = proxied(door, "10.0.0.1", "b");
        second.expect("CONNACK");

        RawClient third = proxied(door, "10.0.0.1", "c");
        third.expect("CONNACK 0x97");
        third.expectClosed();
        proxied(door, "10.0.0.2", "d").expect("CONNACK");
        second.close();
        door.awaitConnections(2);

        proxied(door, "10.0.0.1", "e").expect("CONNACK");
        assertThat(door.door().stats().limits()).containsEntry(Limit.CONNECTIONS_PER_ADDRESS, 1L);
    }

    @Test
    void shouldTakeANetworkOfIpv6ForOneAddress() {
        TestDoor door = door(limits(Limits.Rate.UNLIMITED), true);
        proxied(door, "2001:db8:0:1::1", "a").expect("CONNACK");
        proxied(door, "2001:db8:0:1::2", "b").expect("CONNACK");

        proxied(door, "2001:db8:0:1::3", "c").expect("CONNACK 0x97");
        proxied(door, "2001:db8:0:2::1", "d").expect("CONNACK");
    }

    /** Version 2 of the PROXY protocol, and the CONNECT behind it in one piece. */
    private static RawClient proxied(TestDoor door, String address, String clientId) {
        boolean v6 = address.indexOf(':') >= 0;
        String addresses =
                v6 ? hex(address) + hex("2001:db8::ffff") + "d431075b" : hex(address) + hex("10.9.9.9") + "d431075b";
        String header = "0d0a0d0a000d0a515549540a21" + (v6 ? "210024" : "11000c") + addresses;
        return door.client5().send(header).send(Login.mqtt5(clientId).bytes());
    }

    private static String hex(String address) {
        try {
            return ByteBufUtil.hexDump(java.net.InetAddress.getByName(address).getAddress());
        } catch (java.net.UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void shouldTakeTheProxysOwnConnections() {
        TestDoor door = door(limits(Limits.Rate.UNLIMITED), true);

        RawClient check = door.client5().send("0d0a0d0a000d0a515549540a20000000");
        check.send(Login.mqtt5("health").bytes()).expect("CONNACK");
    }

    @Test
    void shouldRefuseWhoComesWithoutTheProxy() {
        TestDoor door = door(limits(Limits.Rate.UNLIMITED), true);

        RawClient direct = door.login(Login.mqtt5("c").user("u", "x".repeat(200)));
        direct.expectClosed();
        door.awaitConnections(0);
        assertThat(door.door().stats().connects()).isZero();
    }

    // --- before CONNECT -----------------------------------------------------------------------------------------

    @Test
    void shouldLimitWhatComesBeforeConnectIsComplete() {
        TestDoor door = door();
        door.connect(Login.mqtt5("c").user("u", "x".repeat(900)));

        RawClient tooLarge = door.client5().send("10 8108");
        tooLarge.expectClosed();

        assertThat(door.door().stats().limits()).containsEntry(Limit.CONNECT_BYTES, 1L);
    }

    @Test
    void shouldLimitTheTimeUntilConnectIsComplete() {
        EmbeddedDoor door = embedded(Limits.Rate.UNLIMITED);
        EmbeddedDoor.Client client = door.open(MqttVersion.MQTT_5);
        byte[] connect = Login.mqtt5("c").bytes();
        for (int i = 0; i < 5; i++) {
            client.sendInOneRead(connect, i, i + 1);
            door.advance(Duration.ofMillis(999));
        }
        assertThat(client.isOpen()).isTrue();

        door.advance(Duration.ofMillis(5));

        assertThat(client.isOpen()).isFalse();
        assertThat(door.stats.limits()).containsEntry(Limit.CONNECT_TIMEOUT, 1L);
    }

    // --- packets ------------------------------------------------------------------------------------------------

    @Test
    void shouldCountPacketsThatAreTooLarge() {
        TestDoor door = door();
        RawClient client = door.connect5("c");

        client.send("32 ffff7f").expect("DISCONNECT 0x95");

        assertThat(door.door().stats().limits()).containsEntry(Limit.MAX_PACKET, 1L);
    }

    @ParameterizedTest
    @CsvSource({"012345678901234567890, TOPIC_BYTES", "ääääääääääa, TOPIC_BYTES", "a/b/c/d/e, TOPIC_LEVELS"})
    void shouldRefuseTopicsThatPassALimit(String topic, Limit limit) {
        TestDoor door = door();
        RawClient five = door.connect5("five");
        five.publish(1, 1, topic, "no").expect("PUBACK 1 0x90");
        five.publish(1, 2, "a/b/c/d", "yes").expect("PUBACK 2");
        five.send("32 [ <'" + topic + "'> 0003 [ 23 0001 ] 'no' ]").expect("PUBACK 3 0x90");
        five.send("32 [ <> 0004 [ 23 0001 ] 'no' ]").expect("PUBACK 4 0x90");

        RawClient three = door.connect3("three");
        three.publish(1, 1, topic, "no");
        three.expectClosed();
        RawClient will = door.login(Login.mqtt5("will").will(topic, "no", 0));
        will.expect("CONNACK 0x90");

        assertThat(intake.payloads()).containsExactly("yes");
        assertThat(door.door().stats().limits()).containsEntry(limit, 5L);
    }

    @ParameterizedTest
    @CsvSource({
        "26 <'a'> <'b'> 26 <'a'> <'b'> 26 <'a'> <'b'>, USER_PROPERTIES",
        "26 <'name'> <'a value of some thirty characters'>, USER_PROPERTY_BYTES"
    })
    void shouldRefusePacketsWithTooMuchInTheirUserProperties(String properties, Limit limit) {
        TestDoor door = door();
        RawClient client = door.connect5("c");
        client.send("32 [ <'t'> 0001 [ " + properties + " ] 'no' ]").expect("PUBACK 1 0x97");
        client.publish(1, 2, "t", "yes").expect("PUBACK 2");
        client.send("82 [ 0003 [ " + properties + " ] <'t'> 00 ]").expect("DISCONNECT 0x97");

        door.client5()
                .send("10 [ <'MQTT'> 05 02 0000 [ " + properties + " ] <'d'> ]")
                .expect("CONNACK 0x97");
        door.client5()
                .send("10 [ <'MQTT'> 05 06 0000 [ ] <'e'> [ " + properties + " ] <'t'> <'gone'> ]")
                .expect("CONNACK 0x97");

        assertThat(intake.payloads()).containsExactly("yes");
        assertThat(door.door().stats().limits()).containsEntry(limit, 4L);
    }

    @ParameterizedTest
    @EnumSource(
            value = MqttVersion.class,
            names = {"MQTT_5", "MQTT_3_1_1"})
    void shouldLimitTheQosTwoMessagesThatAreNotReleased(MqttVersion version) {
        TestDoor door = door();
        RawClient client = door.connect(Login.of(version, "c"));
        for (int id = 1; id <= 3; id++) {
            client.publish(2, id, "t", "m" + id).expect("PUBREC " + id);
        }
        client.publish(2, 3, "t", "again").expect("PUBREC 3");
        client.release(1).expect("PUBCOMP 1");
        client.publish(2, 4, "t", "m4").expect("PUBREC 4");

        client.publish(2, 5, "t", "m5");
        if (version == MqttVersion.MQTT_5) {
            client.expect("DISCONNECT 0x93");
        }
        client.expectClosed();

        assertThat(intake.payloads()).containsExactly("m1", "m2", "m3", "m4");
        assertThat(door.door().stats().limits()).containsEntry(Limit.QOS2_IDS, 1L);
    }

    @Test
    void shouldCountMessagesBeyondTheReceiveMaximumAndSessionsBeyondTheirNumber() {
        intake.stopCommitting();
        TestDoor door = door();
        RawClient client = door.connect5("c");
        for (int id = 1; id <= 9; id++) {
            client.publish(1, id, "t", "m" + id);
        }
        client.expect("DISCONNECT 0x93");
        intake.commitAtOnce();
        door.connect(Login.mqtt5("s1").expiry(60)).close();
        door.connect(Login.mqtt5("s2").expiry(60)).close();
        door.awaitConnections(0);

        door.login(Login.mqtt5("s3").expiry(60)).expect("CONNACK 0x97");

        assertThat(door.door().stats().limits())
                .containsEntry(Limit.RECEIVE_MAXIMUM, 1L)
                .containsEntry(Limit.SESSIONS, 1L);
    }

    // --- time ---------------------------------------------------------------------------------------------------

    @Test
    void shouldEndAConnectionThatBeginsAPacketAndDoesNotGoOn() {
        EmbeddedDoor door = embedded(Limits.Rate.UNLIMITED);
        EmbeddedDoor.Client client = door.login(Login.mqtt5("c"));
        client.answers();
        client.send("32 ff01 0001");
        door.advance(Duration.ofMillis(29_999));
        assertThat(client.isOpen()).isTrue();

        door.advance(Duration.ofMillis(1));

        assertThat(client.answers()).containsExactly("DISCONNECT 0x8d");
        assertThat(door.stats.limits()).containsEntry(Limit.STALL_TIMEOUT, 1L);
    }

    /** A few bytes now and then do not help. */
    @Test
    void shouldEndAConnectionThatCrawls() {
        EmbeddedDoor door = embedded(Limits.Rate.UNLIMITED);
        EmbeddedDoor.Client client = door.login(Login.mqtt5("c"));
        client.answers();
        client.send("32 80c0 03 <'t'> 0001 [ ]");
        for (int second = 0; second < 29; second++) {
            client.send("78*30");
            door.advance(Duration.ofSeconds(1));
        }
        assertThat(client.isOpen()).isTrue();

        door.advance(Duration.ofSeconds(1));

        assertThat(client.answers()).containsExactly("DISCONNECT 0x8d");
    }

    @Test
    void shouldHavePatienceWithALargePacketOverASlowLink() {
        EmbeddedDoor door = embedded(Limits.Rate.UNLIMITED);
        EmbeddedDoor.Client client = door.login(Login.mqtt5("c"));
        client.answers();
        client.send("32 86e001 <'t'> 0001 00"); // 28 KiB behind the header
        for (int second = 0; second < 28 * 15; second += 15) {
            client.send("78*1024");
            door.advance(Duration.ofSeconds(15));
        }

        assertThat(client.answers()).containsExactly("PUBACK 1");
    }

    @Test
    void shouldNotTakeItForAStallWhenItIsUsWhoWait() {
        ManualIntake full = ManualIntake.committingAtOnce();
        EmbeddedDoor door = new EmbeddedDoor(full, TestDoor.options(limits(Limits.Rate.UNLIMITED)));
        EmbeddedDoor.Client client = door.login(Login.mqtt5("c"));
        client.answers();
        full.setRoom(false);
        client.send("32 [ <'t'> 0001 [ ] 'm' ] 32 ff01 0001");
        door.advance(Duration.ofMinutes(10));
        full.setRoom(true);
        door.settle();
        door.advance(Duration.ofSeconds(29));

        assertThat(client.answers()).containsExactly("PUBACK 1");
        assertThat(client.isOpen()).isTrue();
    }

    @Test
    void shouldReadAFastClientMoreSlowlyAndLoseNothing() {
        EmbeddedDoor door = embedded(new Limits.Rate(10, 0));
        EmbeddedDoor.Client client = door.login(Login.mqtt3("c"));
        client.answers();
        for (int id = 1; id <= 30; id++) {
            client.send("32 [ <'t'> %04x 'm' ]".formatted(id));
        }
        assertThat(client.answers()).hasSizeBetween(8, 10);
        assertThat(client.channel.config().isAutoRead()).isFalse();

        door.advance(Duration.ofSeconds(1));
        assertThat(client.answers()).hasSizeBetween(1, 11);
        for (int second = 0; second < 4; second++) {
            door.advance(Duration.ofSeconds(1));
        }

        assertThat(door.intake.payloads()).hasSize(30);
        assertThat(client.isOpen()).isTrue();
        assertThat(door.stats.limits()).containsKey(Limit.MESSAGE_RATE);
    }

    @Test
    void shouldLimitTheBytesOfAClient() {
        EmbeddedDoor door = embedded(new Limits.Rate(0, 1_000));
        EmbeddedDoor.Client client = door.login(Login.mqtt5("c"));
        client.answers();
        for (int id = 1; id <= 4; id++) {
            client.send("32 [ <'t'> %04x [ ] 78*900 ]".formatted(id));
        }
        assertThat(door.intake.payloads()).hasSize(2);

        door.advance(Duration.ofSeconds(4));

        assertThat(door.intake.payloads()).hasSizeGreaterThan(2);
        assertThat(door.stats.limits()).containsKey(Limit.BYTE_RATE);
    }

    @Test
    void shouldServeOthersWhileOneIsReadSlowly() {
        TestDoor door = door(limits(new Limits.Rate(5, 0)), false);
        RawClient fast = door.connect3("fast");
        for (int id = 1; id <= 100; id++) {
            fast.publish(1, id, "t", "fast");
        }
        await("the fast one to be held back")
                .until(() -> door.door().stats().limits().containsKey(Limit.MESSAGE_RATE));

        door.connect5("good").publish(1, 1, "t", "good").expect("PUBACK 1");
    }
}
