package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What a gate does when there is no room: in a lane, for a device that does not read, in its memory. */
class GateRoomTest {

    private static final int ROOM = 10;

    /** What a device says that does not read. */
    private static final int SAID = 50;

    @TempDir
    private Path temp = Path.of("");

    @SuppressWarnings("NullAway.Init") // before each test
    private Mosquitto broker;

    @SuppressWarnings("NullAway.Init") // before each test
    private PacketScript subscriber;

    @BeforeEach
    void start() throws IOException {
        broker = Mosquitto.persistent(temp.resolve("broker")).start();
        subscriber = new PacketScript(broker.port(), true);
        subscriber.connect("subscriber", 2).subscribe(1, "#", 0);
        assertThat(subscriber.receive()).startsWith("20");
        assertThat(subscriber.receive()).startsWith("90");
    }

    @AfterEach
    void endAll() throws IOException {
        subscriber.close();
        broker.close();
    }

    private GatewayProcess gate(String whenFull, String keys) {
        return new GatewayProcess(temp.resolve("gateway"))
                .withMqttKeys("broker: \"" + broker.url() + '"' + keys)
                .lane("name: small, topics: [\"#\"], limit: {count: %d}, when-full: %s".formatted(ROOM, whenFull))
                .routeTo("mqtt://127.0.0.1:" + Ports.free()); // where nobody is
    }

    private static long stored(GatewayProcess gateway) {
        return gateway.laneStatus("small").path("head").asLong();
    }

    private static PacketScript device(GatewayProcess gateway, boolean mqtt5) throws IOException {
        PacketScript device = new PacketScript(gateway.port(), mqtt5);
        assertThat(device.connect("device", 0).receive()).startsWith("20");
        return device;
    }

    /** Publishes messages of QoS 1, and waits for the acknowledgement of each. */
    private static void publish(PacketScript device, int from, int to) throws IOException {
        for (int i = from; i <= to; i++) {
            assertThat(device.publish(1, false, i, "a", "m" + i).receive()).isEqualTo("4002%04x".formatted(i));
        }
    }

    private void assertBrokerHas(int messages) throws IOException {
        for (int i = 1; i <= messages; i++) {
            assertThat(subscriber.receive())
                    .as("message %d", i)
                    .startsWith("30")
                    .contains("00016100");
        }
    }

    @Test
    void shouldRefuseWhatFindsNoRoomBeforeTheBrokerHasIt() throws IOException {
        try (GatewayProcess gateway = gate("refuse", "").start();
                PacketScript device = device(gateway, true)) {
            publish(device, 1, ROOM);
            assertThat(device.publish(1, false, 11, "a", "refused").receive()).isEqualTo("4003000b97");
            assertThat(device.publish(2, false, 12, "a", "refused").receive()).isEqualTo("5003000c97");
            assertThat(device.publish(0, false, 0, "a", "best effort").ping().receive())
                    .isEqualTo("d000");

            assertThat(stored(gateway)).isEqualTo(ROOM);
            assertBrokerHas(ROOM + 1);
            ManagedProcess.run("mosquitto_pub", "-p", "" + broker.port(), "-t", "end", "-m", "end");
            assertThat(subscriber.receive()).as("no other one came").contains("656e64");
        }
    }

    /** A device that waits for room can't see that its broker is frozen; the gate does, and lets the device go. */
    @Test
    void shouldLetADeviceGoThatWaitsWhenTheBrokerIsFrozen() throws IOException {
        try (GatewayProcess gateway = gate("stall", "").start();
                PacketScript device = new PacketScript(gateway.port(), false)) {
            assertThat(device.connect("device", 2, 2).receive()).isEqualTo("20020000");
            publish(device, 1, ROOM);
            device.publish(1, false, 11, "a", "waits");
            broker.process().signal("STOP");

            assertThat(device.receive()).as("the connection is over").isEmpty();
            assertThat(gateway.log()).contains("it does not answer pings");
            broker.process().signal("CONT");
        }
    }

    /** A refused message that sets an alias ends the connection: the broker would not know what the alias stands for. */
    @Test
    void shouldNotRefuseWhatSetsAnAliasAndGoOn() throws IOException {
        try (GatewayProcess gateway = gate("refuse", "").start();
                PacketScript device = device(gateway, true)) {
            publish(device, 1, ROOM);
            device.send(0x32, out -> {
                out.writeUTF("b");
                out.writeShort(11);
                out.write(new byte[] {3, 0x23, 0, 1, 'm'});
            });
            assertThat(device.receive()).startsWith("e0").contains("97");
            assertThat(device.receive()).isEmpty();
        }
    }

    /** The plant goes on with its broker, and upstream is told what is missing. */
    @ParameterizedTest
    @CsvSource({"false, stall", "true, stall", "true, refuse"})
    void shouldPassOnWhatFindsNoRoomAndTellOfIt(boolean mqtt5, String whenFull) throws IOException {
        try (GatewayProcess gateway = gate(whenFull, ", on-full: pass").start()) {
            try (PacketScript device = device(gateway, mqtt5)) {
                publish(device, 1, ROOM + 20);
                assertThat(device.publish(2, false, 40, "a", "m40").receive()).isEqualTo("50020028");
                assertThat(device.publish(2, false, 40, "a", "m40").receive())
                        .as("once more")
                        .isEqualTo("50020028");
                assertThat(device.answer(0x62, 40).receive()).isEqualTo("70020028");
            }
            gateway.kill(); // the gap was durable before anything was acknowledged
            gateway.launch(); // with a full lane it is not what a load balancer calls ready
            await("the gap is there")
                    .ignoreExceptions()
                    .until(() -> gateway.gaps("").size() == 1);

            assertBrokerHas(ROOM + 21);
            assertThat(stored(gateway)).isEqualTo(ROOM);
            JsonNode gap = gateway.gaps("").path(0);
            assertThat(gap.path("reason").asString("")).isEqualTo("passed");
            assertThat(gap.path("messages").asInt()).as("%s", gap).isEqualTo(21);
            assertThat(gap.path("lane").asString("")).isEqualTo("small");
            assertThat(gap.path("routes").path(0).asString("")).isEqualTo("cloud");
        }
    }

    /** How many may be under way is the broker's to say, which tells it to the device and not to the gate. */
    @Test
    void shouldLeaveItToTheBrokerHowManyOfQosTwoAreUnderWay() throws IOException {
        try (GatewayProcess gateway = new GatewayProcess(temp.resolve("gateway"))
                        .withMqttKeys("broker: \"" + broker.url() + '"')
                        .listener("limits: {qos2-ids: 1}")
                        .start();
                PacketScript device = device(gateway, false)) {
            for (int i = 1; i <= ROOM; i++) {
                assertThat(device.publish(2, false, i, "a", "m" + i).receive()).isEqualTo("5002%04x".formatted(i));
            }
            for (int i = 1; i <= ROOM; i++) {
                assertThat(device.answer(0x62, i).receive()).isEqualTo("7002%04x".formatted(i));
            }
            assertThat(gateway.laneStatus("default").path("head").asLong()).isEqualTo(ROOM);
        }
    }

    /** The client ids of the broker are not those of our own listeners. */
    @Test
    void shouldNotTakeOneClientForTheOtherOfTheSameNameAtAnotherDoor() throws IOException {
        Path door = temp.resolve("door");
        try (GatewayProcess gateway = new GatewayProcess(temp.resolve("gateway"))
                        .withMqttKeys("broker: \"" + broker.url() + '"')
                        .listener("unix: {path: %s}".formatted(door))
                        .start();
                PacketScript device = device(gateway, false)) {
            ManagedProcess.run("mosquitto_pub", "--unix", door + "", "-i", "device", "-q", "1", "-t", "t", "-m", "m");

            assertThat(device.ping().receive()).as("still connected").isEqualTo("d000");
            assertThat(gateway.laneStatus("default").path("head").asLong()).isEqualTo(1);
        }
    }

    /** What the broker refuses is no gap either. */
    @Test
    void shouldTellOfNothingThatTheBrokerRefused() throws IOException {
        try (ScriptedBroker refusing = new ScriptedBroker();
                GatewayProcess gateway = new GatewayProcess(temp.resolve("gateway"))
                        .withMqttKeys("on-full: pass, broker: \"" + refusing.url() + '"')
                        .lane("name: small, topics: [\"#\"], limit: {count: 1}")
                        .start();
                PacketScript device = device(gateway, true)) {
            assertThat(device.publish(1, false, 1, "a", "m").receive()).startsWith("40");
            refusing.react(arrival -> Reaction.refuse(0x97));
            assertThat(device.publish(1, false, 2, "a", "m").receive()).isEqualTo("400400029700");

            assertThat(gateway.gaps("").size()).isZero();
        }
    }

    /** Neither pings nor what comes from the broker wait for the disk. */
    @Test
    void shouldLetNothingElseWaitForTheDisk() throws IOException {
        try (GatewayProcess gateway = slowDisk(broker.url()).start();
                PacketScript device = device(gateway, true)) {
            device.subscribe(1, "down", 0);
            assertThat(device.receive()).startsWith("90");

            device.publish(1, false, 2, "a", "m")
                    .subscribe(3, "b", 0)
                    .publish(0, false, 0, "down", "m")
                    .ping();

            assertThat(List.of(device.receive(), device.receive(), device.receive(), device.receive()))
                    .as("the acknowledgement of the message is the last")
                    .satisfiesExactly(
                            suback -> assertThat(suback).startsWith("90"),
                            down -> assertThat(down).startsWith("30"),
                            pong -> assertThat(pong).isEqualTo("d000"),
                            puback -> assertThat(puback).startsWith("40").contains("0002"));
        }
    }

    /** What the broker had acknowledged when it closed is made durable, acknowledged, and then the device is let go. */
    @Test
    void shouldReleaseWhatTheBrokerHadAcknowledgedWhenItClosed() throws IOException {
        try (ScriptedBroker closing = new ScriptedBroker();
                GatewayProcess gateway = slowDisk(closing.url()).start();
                PacketScript device = device(gateway, true)) {
            closing.react(arrival -> arrival.says("last") ? Reaction.CLOSE : Reaction.ACCEPT);
            for (int i = 1; i <= 5; i++) {
                device.publish(1, false, i, "a", "m" + i);
            }
            device.publish(1, false, 6, "a", "last");

            for (int i = 1; i <= 5; i++) {
                assertThat(device.receive()).isEqualTo("4004%04x0000".formatted(i));
            }
            assertThat(device.receive()).as("the connection is over").isEmpty();
            assertThat(gateway.laneStatus("default").path("head").asLong()).isEqualTo(5);
        }
    }

    /** A gate whose disk needs a while for each sync. */
    private GatewayProcess slowDisk(String url) {
        return new GatewayProcess(temp.resolve("gateway"))
                .withMqttKeys("broker: \"" + url + '"')
                .under(Trace.slowSyncs(temp.resolve("trace"), Duration.ofMillis(300)));
    }

    /**
     * A device that subscribes to more than it reads holds up nobody, costs no memory, and gets all of it in the end. What
     * it says itself goes on meanwhile: it may be one that reads only when it has said all.
     */
    @ParameterizedTest
    @ValueSource(ints = {20_000})
    void shouldLetASlowDeviceWaitAlone(int messages) throws IOException {
        String payload = "x".repeat(4_000);
        try (GatewayProcess gateway = new GatewayProcess(temp.resolve("gateway"))
                        .withMqttKeys("broker: \"" + broker.url() + '"')
                        .withJavaOptions("-Xmx48m")
                        .start();
                PacketScript slow = device(gateway, false)) {
            slow.subscribe(1, "flood", 1);
            assertThat(slow.receive()).startsWith("90");
            ManagedProcess.run(
                    "sh",
                    "-c",
                    "yes %s | head -n %d | mosquitto_pub -p %d -l -t flood -q 1"
                            .formatted(payload, messages, broker.port()));

            try (PacketScript other = new PacketScript(gateway.port(), false)) {
                assertThat(other.connect("other", 2).receive()).isEqualTo("20020000");
                publish(other, 1, 100);
            }
            gateway.assertAlive();
            try (PacketScript control = new PacketScript(broker.port(), false)) {
                control.connect("control", 2).subscribe(1, "up", 0);
                assertThat(control.receive()).startsWith("20");
                assertThat(control.receive()).startsWith("90");
                for (int i = 1; i <= SAID; i++) {
                    slow.publish(1, false, i, "up", "m" + i);
                }
                for (int i = 1; i <= SAID; i++) {
                    assertThat(control.receive()).as("message %d", i).startsWith("30");
                }
            }

            int acknowledged = 0;
            for (int i = 1; i <= messages; i++) {
                String packet = slow.receive();
                for (; packet.startsWith("40"); packet = slow.receive()) {
                    acknowledged++;
                }
                assertThat(packet).as("message %d", i).startsWith("32").hasSize(2 * (3 + 2 + 5 + 2 + payload.length()));
                slow.answer(0x40, Integer.parseInt(packet.substring(20, 24), 16));
            }
            for (; acknowledged < SAID; acknowledged++) {
                assertThat(slow.receive()).startsWith("4002");
            }
        }
    }
}
