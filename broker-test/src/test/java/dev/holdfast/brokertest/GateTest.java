package dev.holdfast.brokertest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.gateway.load.Ledger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A gateway that stands before Mosquitto as a gate. */
class GateTest {

    private static final String LARGE = "x".repeat(300_000);
    private static final String ACCEPTED_3 = "20020000";

    /** What our gate adds to the CONNACK of a broker that names no Maximum Packet Size: 1 MiB. */
    private static final String MAXIMUM_PACKET_SIZE = "2700100000";

    @TempDir
    private Path temp = Path.of("");

    private GatewayProcess gate(Mosquitto broker) {
        return gate(broker.url());
    }

    private GatewayProcess gate(String brokerUrl) {
        return new GatewayProcess(temp.resolve("gateway")).withMqttKeys("broker: \"" + brokerUrl + '"');
    }

    private Mosquitto broker() {
        return Mosquitto.persistent(temp.resolve("broker"));
    }

    private static long stored(GatewayProcess gateway) {
        return gateway.status().path("store").path("lanes").path(0).path("head").asLong();
    }

    // --- passing on ---------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldAnswerAsTheBrokerDoes(boolean mqtt5) throws IOException {
        Map<Integer, List<String>> direct;
        try (Mosquitto alone = Mosquitto.persistent(temp.resolve("alone")).start()) {
            direct = conversation(alone.port(), mqtt5);
        }
        try (Mosquitto broker = broker().start();
                GatewayProcess gateway = gate(broker).start()) {
            Map<Integer, List<String>> gated = conversation(gateway.port(), mqtt5);

            assertThat(gated.toString().replace(MAXIMUM_PACKET_SIZE, "")).isEqualTo(lengthened(direct, mqtt5));
            assertThat(stored(gateway))
                    .as("QoS 0, 1 and 2, the retained and the large one")
                    .isEqualTo(6);
        }
    }

    /** The CONNACK of MQTT 5 is longer by the Maximum Packet Size. */
    private static String lengthened(Map<Integer, List<String>> packets, boolean mqtt5) {
        if (!mqtt5) {
            return packets.toString();
        }
        Map<Integer, List<String>> longer = new TreeMap<>(packets);
        longer.computeIfPresent(
                2,
                (type, all) -> all.stream()
                        .map(packet -> {
                            int length = Integer.parseInt(packet.substring(2, 4), 16) + 5;
                            int properties = Integer.parseInt(packet.substring(8, 10), 16) + 5;
                            return "20%02x%s%02x%s"
                                    .formatted(length, packet.substring(4, 8), properties, packet.substring(10));
                        })
                        .toList());
        return longer.toString();
    }

    /**
     * All that clients do at a broker, and what comes back, by the type of the packets: acknowledgements of messages may
     * come behind others, and among themselves they are in order.
     */
    private static Map<Integer, List<String>> conversation(int port, boolean mqtt5) throws IOException {
        Map<Integer, List<String>> answers = new TreeMap<>();
        try (PacketScript other = new PacketScript(port, mqtt5);
                PacketScript one = new PacketScript(port, mqtt5)) {
            other.connect("other", 2);
            note(other, 1, answers);
            other.subscribe(1, "will/#", 1);
            note(other, 1, answers);

            one.connect("one", 4);
            note(one, 1, answers);
            one.publish(1, true, 1, "a/retained", "r");
            note(one, 1, answers);
            one.subscribe(2, "a/#", 2);
            note(one, 2, answers);
            one.publish(0, false, 0, "a/0", "m0");
            note(one, 1, answers);
            one.publish(1, false, 3, "a/1", "m1");
            note(one, 2, answers);
            one.publish(2, false, 4, "a/2", "m2");
            note(one, 1, answers);
            one.publish(2, false, 4, "a/2", "m2"); // once more
            note(one, 1, answers);
            one.answer(0x62, 4);
            note(one, 2, answers);
            one.publish(1, false, 5, "a/large", LARGE);
            note(one, 2, answers);
            one.publish(1, true, 6, "a/retained", ""); // not retained any more
            note(one, 2, answers);
            one.unsubscribe(7, "a/#");
            note(one, 1, answers);
            one.subscribe(8, "a/#", 0);
            note(one, 1, answers);
            one.ping();
            note(one, 1, answers);
        } // without a DISCONNECT
        try (PacketScript other = new PacketScript(port, mqtt5);
                PacketScript again = new PacketScript(port, mqtt5)) {
            again.connect("one", 0);
            note(again, 1, answers);
            other.connect("other", 2);
            note(other, 1, answers);
            other.subscribe(1, "will/#", 1);
            note(other, 1, answers);
            other.connect("other", 2); // a second CONNECT on one connection
            assertThat(other.receive())
                    .satisfiesAnyOf(
                            end -> assertThat(end).isEmpty(),
                            end -> assertThat(end).startsWith("e0"));
        }
        return answers;
    }

    private static void note(PacketScript client, int packets, Map<Integer, List<String>> answers) throws IOException {
        for (int i = 0; i < packets; i++) {
            String packet = client.receive();
            assertThat(packet).as("the connection goes on").isNotEmpty();
            answers.computeIfAbsent(Integer.parseInt(packet.substring(0, 1), 16), type -> new ArrayList<>())
                    .add(packet);
        }
    }

    /** What client and broker say to each other before the client is let in, and later, is theirs. */
    @Test
    void shouldPassOnAnEnhancedAuthentication() throws IOException {
        String challenge = "f0" + "09" + "18" + "07" + "150004" + hex("SASL"); // continue, by the method SASL
        try (OddBroker broker = new OddBroker();
                GatewayProcess gateway = gate(broker.url()).start();
                PacketScript client = new PacketScript(gateway.port(), true)) {
            broker.greetWith(challenge);
            client.send(0x10, out -> {
                out.writeUTF("MQTT");
                out.write(new byte[] {5, 2, 0, 60, 7, 0x15});
                out.writeUTF("SASL");
                out.writeUTF("c");
            });
            assertThat(client.receive()).isEqualTo(challenge);
            authenticate(client);
            await("the broker has the answer").until(() -> broker.received().contains(challenge));
            assertThat(broker.sayToLast("2003000000")).isTrue();
            assertThat(client.receive()).isEqualTo("2008000005" + MAXIMUM_PACKET_SIZE);

            authenticate(client); // once more, while it is connected
            await("the broker has that too").until(() -> broker.received().size() == 2);
        }
    }

    private static void authenticate(PacketScript client) throws IOException {
        client.send(0xf0, out -> {
            out.write(new byte[] {0x18, 7, 0x15});
            out.writeUTF("SASL");
        });
    }

    /** A topic alias is the device's and the broker's; what is stored has the topic. */
    @Test
    void shouldStoreTheTopicThatAnAliasStandsFor() throws IOException, MqttException {
        try (Mosquitto upstream = Mosquitto.plain(temp.resolve("upstream")).start();
                Subscriber subscriber = new Subscriber(upstream.port());
                Mosquitto broker = broker().start();
                GatewayProcess gateway = gate(broker).routeTo(upstream.url()).start();
                PacketScript one = new PacketScript(gateway.port(), true);
                PacketScript other = new PacketScript(gateway.port(), true)) {
            assertThat(one.connect("one", 2).receive()).startsWith("20");
            assertThat(other.connect("other", 2).receive()).startsWith("20");
            publishByAlias(one, 1, "of/one");
            publishByAlias(other, 1, "of/other");
            publishByAlias(one, 2, "");
            publishByAlias(other, 2, "");

            await("all of them upstream").until(() -> subscriber.arrivals().size() == 4);
            assertThat(subscriber.arrivals())
                    .extracting(Subscriber.Arrival::topic)
                    .containsExactlyInAnyOrder("site/of/one", "site/of/other", "site/of/one", "site/of/other");
        }
    }

    private static void publishByAlias(PacketScript client, int packetId, String topic) throws IOException {
        client.send(0x32, out -> {
            out.writeUTF(topic);
            out.writeShort(packetId);
            out.write(new byte[] {3, 0x23, 0, 1, 'm'});
        });
        assertThat(client.receive()).startsWith("40").contains("%04x".formatted(packetId));
    }

    @Test
    void shouldHaveTheBrokerPublishTheWillOfAClientThatVanishes() throws IOException {
        try (Mosquitto broker = broker().start();
                GatewayProcess gateway = gate(broker).start();
                PacketScript watcher = new PacketScript(gateway.port(), false)) {
            watcher.connect("watcher", 2).subscribe(1, "will/#", 0);
            assertThat(watcher.receive()).isEqualTo(ACCEPTED_3);
            assertThat(watcher.receive()).startsWith("90");
            try (PacketScript polite = new PacketScript(gateway.port(), false);
                    PacketScript lost = new PacketScript(gateway.port(), false)) {
                polite.connect("polite", 6);
                assertThat(polite.receive()).isEqualTo(ACCEPTED_3);
                polite.disconnect();
                assertThat(polite.receive()).isEmpty();
                lost.connect("lost", 6);
                assertThat(lost.receive()).isEqualTo(ACCEPTED_3);
            }

            assertThat(watcher.receive()).as("will/lost, and not will/polite").startsWith("300f000977696c6c2f6c6f7374");
        }
    }

    @Test
    void shouldRefuseDevicesWhileTheBrokerIsDown() throws IOException {
        try (Mosquitto broker = broker();
                GatewayProcess gateway = gate(broker).start()) {
            assertThat(connect(gateway, false)).isEqualTo("20020003");
            assertThat(connect(gateway, true)).startsWith("20").contains("0088");

            broker.start();

            assertThat(connect(gateway, false)).isEqualTo(ACCEPTED_3);
            assertThat(connect(gateway, true)).contains("0000");
        }
    }

    private static String connect(GatewayProcess gateway, boolean mqtt5) throws IOException {
        try (PacketScript client = new PacketScript(gateway.port(), mqtt5)) {
            return client.connect("c", 2).receive();
        }
    }

    @Test
    void shouldNotStoreWhatTheBrokerRefuses() throws IOException {
        Path rules = Files.writeString(temp.resolve("acl"), "topic write open/#\n");
        try (Mosquitto broker = Mosquitto.plain(temp.resolve("broker"))
                        .with("acl_file " + rules)
                        .start();
                GatewayProcess gateway = gate(broker).start();
                PacketScript client = new PacketScript(gateway.port(), true)) {
            client.connect("c", 2);
            assertThat(client.receive()).startsWith("20");

            client.publish(1, false, 1, "closed/1", "m");
            assertThat(client.receive()).isEqualTo("4003000187");
            client.publish(2, false, 2, "closed/2", "m");
            assertThat(client.receive()).isEqualTo("5003000287");
            client.publish(1, false, 3, "open/1", "m");
            assertThat(client.receive()).startsWith("40").contains("0003");

            assertThat(stored(gateway)).isEqualTo(1);
        }
    }

    /** The rules hold for the topics too that steer a broker and that a gate does not store. */
    @Test
    void shouldNotPassOnWhatItsOwnRulesForbid() throws IOException {
        try (ScriptedBroker broker = new ScriptedBroker();
                GatewayProcess gateway = new GatewayProcess(temp.resolve("gateway"))
                        .withMqttKeys("anonymous: true, broker: \"" + broker.url() + '"')
                        .withSection("access: {publish: [{topics: [\"open/#\"]}]}")
                        .start();
                PacketScript client = new PacketScript(gateway.port(), true)) {
            client.connect("c", 2);
            assertThat(client.receive()).startsWith("20");

            client.publish(1, false, 1, "$CONTROL/dynamic-security/v1", "m");
            assertThat(client.receive()).isEqualTo("4003000187");
            client.publish(1, false, 2, "closed", "m");
            assertThat(client.receive()).isEqualTo("4003000287");
            client.publish(1, false, 3, "open/1", "m");
            assertThat(client.receive()).isEqualTo("400400030000");

            assertThat(broker.arrivals())
                    .singleElement()
                    .satisfies(arrival -> assertThat(arrival.says("m")).isTrue());
            assertThat(stored(gateway)).isEqualTo(1);
        }
    }

    @Test
    void shouldPassOnWhatTheBrokerSaysWithItsAnswer() throws IOException {
        try (ScriptedBroker broker = new ScriptedBroker();
                GatewayProcess gateway = gate(broker.url()).start();
                PacketScript client = new PacketScript(gateway.port(), true)) {
            client.connect("c", 2);
            assertThat(client.receive()).startsWith("20");

            broker.react(arrival -> new Reaction.Answer(0x10, "nobody"));
            client.publish(1, false, 1, "a", "m");
            assertThat(client.receive()).isEqualTo("400d000110091f00066e6f626f6479");
            assertThat(stored(gateway)).as("a success all the same").isEqualTo(1);

            broker.react(arrival -> new Reaction.Answer(0x97, "full"));
            client.publish(1, false, 2, "a", "m");
            assertThat(client.receive()).isEqualTo("400b000297071f000466756c6c");
            assertThat(stored(gateway)).isEqualTo(1);
        }
    }

    /** Of what a broker does not take or answer, no more is kept than may be, and none of it is lost. */
    @Test
    void shouldStopReadingBeforeABrokerThatHangs() throws IOException, InterruptedException {
        int messages = 60_000;
        CountDownLatch goOn = new CountDownLatch(1);
        try (ScriptedBroker broker = new ScriptedBroker();
                GatewayProcess gateway = gate(broker.url()).start();
                PacketScript client = new PacketScript(gateway.port(), true)) {
            broker.react(arrival -> {
                awaitUninterruptibly(goOn);
                return Reaction.ACCEPT;
            });
            client.connect("c", 2);
            assertThat(client.receive()).startsWith("20");
            AtomicInteger sent = new AtomicInteger();
            Thread device = new Thread(() -> publishAll(client, messages, sent));
            device.start();
            AtomicInteger seen = new AtomicInteger(-1);
            await("the device is not read any more")
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> sent.get() == seen.getAndSet(sent.get()));
            assertThat(sent.get())
                    .as("messages of 1 KB that were taken or lie in sockets")
                    .isBetween(1_000, messages / 2);

            goOn.countDown();
            for (int i = 1; i <= messages; i++) {
                assertThat(client.receive()).isEqualTo("4004%04x0000".formatted(i));
            }
            device.join();
            assertThat(stored(gateway)).isEqualTo(messages);
        }
    }

    /** A device that waits for room can't ping its broker, so the gate does; QoS 0 needs no room and waits for none. */
    @Test
    void shouldKeepTheBrokerWaitingWithADeviceThatWaits() throws IOException {
        try (Mosquitto broker = Mosquitto.plain(temp.resolve("broker")).start();
                GatewayProcess gateway = gate(broker.url())
                        .lane("name: small, topics: [\"#\"], limit: {count: 10}, when-full: stall")
                        .start();
                PacketScript waiting = new PacketScript(gateway.port(), false);
                PacketScript other = new PacketScript(gateway.port(), false)) {
            waiting.connect("waiting", 2, 1);
            assertThat(waiting.receive()).isEqualTo(ACCEPTED_3);
            for (int i = 1; i <= 10; i++) {
                waiting.publish(1, false, i, "a", "m");
                assertThat(waiting.receive()).isEqualTo("4002%04x".formatted(i));
            }
            waiting.publish(1, false, 11, "a", "m");
            Path log = temp.resolve("broker").resolve("mosquitto.log");
            await("the gate has pinged for it")
                    .until(() -> Files.readString(log).contains("Received PINGREQ from waiting"));
            assertThat(stored(gateway)).isEqualTo(10);

            other.connect("other", 2).subscribe(1, "a", 0).publish(0, false, 0, "a", "m");
            assertThat(other.receive()).isEqualTo(ACCEPTED_3);
            assertThat(other.receive()).startsWith("90");
            assertThat(other.receive()).as("QoS 0 passes").isEqualTo("30040001616d");
            assertThat(stored(gateway)).isEqualTo(10);
        }
    }

    private static void publishAll(PacketScript client, int messages, AtomicInteger sent) {
        String payload = "x".repeat(1_000);
        try {
            for (int i = 1; i <= messages; i++) {
                client.publish(1, false, i, "a", payload);
                sent.set(i);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // --- the promise --------------------------------------------------------------------------------------------

    @Test
    void shouldDeliverAllThatWasAcknowledgedWhateverIsKilled() {
        try (Mosquitto upstream = Mosquitto.persistent(temp.resolve("upstream")).start();
                Mosquitto broker = broker().start();
                GatewayProcess gateway = gate(broker).routeTo(upstream.url()).start();
                LedgerProcess ledger = new LedgerProcess(temp)) {
            ledger.subscribe(upstream.port());
            ledger.publishOn(gateway.port(), Scene.DEVICES, Scene.DEVICE_WINDOW);
            int rounds = Integer.getInteger("holdfast.gate-kills", 1);
            for (int round = 0; round < rounds; round++) {
                ledger.awaitMoreAcknowledged(2_000);
                gateway.kill();
                gateway.start();
                ledger.awaitMoreAcknowledged(2_000);
                broker.process().kill();
                broker.start();
                ledger.awaitMoreAcknowledged(2_000);
                gateway.kill();
                broker.process().kill();
                broker.start();
                gateway.start();
            }
            ledger.awaitMoreAcknowledged(2_000);
            ledger.stopPublishing();
            Ledger.Balance balance = ledger.awaitSettled(Duration.ofMinutes(2));

            Scene.report("gate, kill -9 of gateway, broker, both", rounds, balance, 0);
            assertThat(balance.lost()).as("%s", balance).isZero();
            assertThat(balance.outOfOrder()).as("%s", balance).isZero();
            assertThat(balance.misacknowledged()).as("%s", balance).isZero();
            assertThat(balance.damaged()).as("%s", balance).isZero();
        }
    }

    @Test
    void shouldStoreOnlyWhatItIsTold() throws IOException {
        try (Mosquitto broker = broker().start();
                GatewayProcess gateway = new GatewayProcess(temp.resolve("gateway"))
                        .withMqttKeys("broker: \"" + broker.url() + "\", store: [\"alarms/#\"]")
                        .start();
                PacketScript subscriber = new PacketScript(broker.port(), false);
                PacketScript client = new PacketScript(gateway.port(), false)) {
            subscriber.connect("subscriber", 2);
            assertThat(subscriber.receive()).isEqualTo(ACCEPTED_3);
            subscriber.subscribe(1, "#", 0);
            assertThat(subscriber.receive()).startsWith("90");
            client.connect("c", 2);
            assertThat(client.receive()).isEqualTo(ACCEPTED_3);
            client.publish(1, false, 1, "chatter", "m");
            assertThat(client.receive()).isEqualTo("40020001");
            client.publish(1, false, 2, "alarms/a", "m");
            assertThat(client.receive()).isEqualTo("40020002");

            assertThat(subscriber.receive())
                    .as("both reach the broker")
                    .startsWith("30")
                    .contains(hex("chatter"));
            assertThat(subscriber.receive()).contains(hex("alarms/a"));
            assertThat(stored(gateway)).isEqualTo(1);
        }
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(UTF_8));
    }

    @Test
    void shouldReachABrokerByItsUnixSocket() throws IOException {
        Path socket = temp.resolve("b.sock");
        Mosquitto broker = broker().with("listener 0 " + socket).start();
        try (broker;
                GatewayProcess gateway = gate("unix://" + socket).start();
                PacketScript client = new PacketScript(gateway.port(), false)) {
            client.connect("c", 2);
            assertThat(client.receive()).isEqualTo(ACCEPTED_3);
            client.publish(1, false, 1, "a", "m");
            assertThat(client.receive()).isEqualTo("40020001");

            assertThat(stored(gateway)).isEqualTo(1);
        }
    }

    /** A client's QoS 2 exchange survives the gateway: what is repeated behind its kill is not stored again. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldStoreAnExchangeOnceAcrossACrash(boolean mqtt5) throws IOException {
        try (Mosquitto broker = Mosquitto.plain(temp.resolve("broker")).start();
                GatewayProcess gateway = gate(broker).start()) {
            try (PacketScript client = new PacketScript(gateway.port(), mqtt5)) {
                client.connect("c", 0);
                assertThat(client.receive()).startsWith("20");
                client.publish(2, false, 7, "a", "m");
                assertThat(client.receive()).isEqualTo("50020007");
            }
            gateway.kill();
            gateway.start();
            try (PacketScript client = new PacketScript(gateway.port(), mqtt5)) {
                client.connect("c", 0);
                assertThat(client.receive()).as("the session is there").matches("20..01.*");
                client.publish(2, false, 7, "a", "m");
                assertThat(client.receive()).isEqualTo("50020007");
                client.answer(0x62, 7);
                assertThat(client.receive()).isEqualTo("70020007");
                assertThat(stored(gateway)).isEqualTo(1);

                client.publish(2, false, 7, "a", "another with the same id");
                assertThat(client.receive()).startsWith("50").contains("0007");
                assertThat(stored(gateway)).isEqualTo(2);
            }
            broker.process().kill();
            broker.start();
            try (PacketScript client = new PacketScript(gateway.port(), mqtt5)) {
                client.connect("c", 0);
                assertThat(client.receive().substring(4, 6))
                        .as("the broker has forgotten the session")
                        .isEqualTo("00");
                client.publish(2, false, 7, "a", "a third one with the same id");
                assertThat(client.receive()).startsWith("50").contains("0007");
                assertThat(stored(gateway)).as("the held id was dropped").isEqualTo(3);
            }
        }
    }

    /** The failure that Holdfast exists for: a broker with its own bridge is killed while the link is down. */
    @Test
    void shouldKeepWhatABrokerWithABridgeLoses() throws MqttException {
        try (Mosquitto upstream = Mosquitto.persistent(temp.resolve("upstream"))) {
            Mosquitto bridged = Mosquitto.persistent(temp.resolve("bridged"))
                    .with("connection up")
                    .with("address 127.0.0.1:" + upstream.port())
                    .with("topic # out 1 \"\" site/")
                    .with("restart_timeout 1")
                    .with("cleansession false");
            Mosquitto gated = broker();
            GatewayProcess gateway = gate(gated).routeTo(upstream.url());
            try (bridged;
                    gated;
                    gateway) {
                bridged.start();
                gated.start();
                gateway.start();
                Ledger.Balance alone =
                        killedInAnOutage("bridge", bridged.port(), upstream, Duration.ofSeconds(3), () -> {
                            bridged.process().kill();
                            bridged.start();
                        });
                upstream.stop();
                Ledger.Balance behindTheGate =
                        killedInAnOutage("gate", gateway.port(), upstream, Duration.ofMinutes(1), () -> {
                            gateway.kill();
                            gated.process().kill();
                            gated.start();
                            gateway.start();
                        });

                System.out.println("FAULT killed in an outage: bridge acknowledged=" + alone.acknowledged() + " lost="
                        + alone.lost() + ", gate acknowledged=" + behindTheGate.acknowledged() + " lost="
                        + behindTheGate.lost());
                assertThat(alone.lost()).as("what the bridge loses: %s", alone).isPositive();
                assertThat(behindTheGate.lost()).as("%s", behindTheGate).isZero();
                assertThat(behindTheGate.outOfOrder()).as("%s", behindTheGate).isZero();
            }
        }
    }

    /** The patience is for what is missing still when the last message is there: nobody knows whether it comes. */
    private Ledger.Balance killedInAnOutage(String kind, int port, Mosquitto upstream, Duration patience, Runnable kill)
            throws MqttException {
        try (LedgerProcess ledger = new LedgerProcess(temp, kind, LedgerProcess.PAYLOAD_BYTES)) {
            upstream.start();
            ledger.subscribe(upstream.port());
            upstream.stop();
            ledger.publish(port, 4, 32, 2_500, 0, true);
            await("all is acknowledged").atMost(Duration.ofMinutes(1)).until(ledger::isDone);
            kill.run();
            upstream.start();
            try (Subscriber subscriber = new Subscriber(upstream.port())) {
                ManagedProcess.run(
                        "mosquitto_pub", "-p", Integer.toString(port), "-t", "behind/" + kind, "-m", "last", "-q", "1");
                await("what was published behind it all has arrived")
                        .atMost(Duration.ofMinutes(1))
                        .until(() -> subscriber.arrivals().stream()
                                .anyMatch(arrival -> arrival.topic().equals("site/behind/" + kind)));
            }
            return ledger.awaitSettled(patience);
        }
    }
}
