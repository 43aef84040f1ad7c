package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.brokertest.Command.Result;
import dev.holdfast.gateway.load.Ledger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A gate whose broker freezes or answers oddly, whose devices fight for a name, and whose devices are very many. */
@Tag("alone")
class GateFaultsTest {

    private static final String ACCEPTED = "20020000";

    @TempDir
    private Path temp = Path.of("");

    private GatewayProcess gate(String url) {
        return new GatewayProcess(temp.resolve("gateway")).withMqttKeys("broker: \"" + url + '"');
    }

    private static long stored(GatewayProcess gateway) {
        return gateway.laneStatus("default").path("head").asLong();
    }

    @Test
    void shouldGoOnWhenABrokerHasBeenFrozen() throws IOException {
        try (Mosquitto upstream = Mosquitto.persistent(temp.resolve("upstream")).start();
                Mosquitto broker = Mosquitto.persistent(temp.resolve("broker")).start();
                GatewayProcess gateway =
                        gate(broker.url()).routeTo(upstream.url()).start();
                LedgerProcess ledger = new LedgerProcess(temp)) {
            ledger.subscribe(upstream.port());
            ledger.publishOn(gateway.port(), Scene.DEVICES, Scene.DEVICE_WINDOW);
            ledger.awaitMoreAcknowledged(2_000);

            broker.process().signal("STOP");
            try (PacketScript late = new PacketScript(gateway.port(), false)) {
                late.connect("late", 2);
                assertThat(late.receiveWithin(Duration.ofSeconds(20)))
                        .as("refused, as it can't be known when the broker goes on")
                        .isEqualTo("20020003");
            }
            await("what the broker had answered is acknowledged")
                    .until(() -> ledger.balance().acknowledged() == stored(gateway));
            broker.process().signal("CONT");

            ledger.awaitMoreAcknowledged(2_000);
            ledger.stopPublishing();
            Ledger.Balance balance = ledger.awaitSettled(Duration.ofMinutes(1));
            Scene.report("10 broker behind a gate frozen", 1, balance, 0);
            assertThat(balance.lost()).as("%s", balance).isZero();
            assertThat(balance.outOfOrder()).as("%s", balance).isZero();
            assertThat(balance.misacknowledged()).as("%s", balance).isZero();
            assertThat(balance.duplicates()).as("no link was lost: %s", balance).isZero();
        }
    }

    /** An answer that is for no message stores none; the message waits for its own. */
    @Test
    void shouldStoreNothingForAnAnswerToSomethingElse() throws IOException {
        try (ScriptedBroker broker = new ScriptedBroker();
                GatewayProcess gateway = gate(broker.url()).start();
                PacketScript device = new PacketScript(gateway.port(), true)) {
            assertThat(device.connect("c", 2).receive()).startsWith("20");

            broker.react(arrival -> Reaction.WRONG_ID);
            String odd = device.publish(1, false, 1, "a", "m").receive();
            assertThat(odd).startsWith("40").doesNotContain("40020001").doesNotContain("40040001");
            assertThat(stored(gateway)).isZero();

            broker.react(arrival -> Reaction.SILENCE);
            device.publish(1, false, 1, "a", "m").ping();
            assertThat(device.receive()).isEqualTo("d000");
            assertThat(stored(gateway)).isZero();

            broker.react(arrival -> Reaction.CLOSE);
            device.publish(1, false, 2, "a", "m");
            assertThat(device.receive()).as("closed without an acknowledgement").isEmpty();
            assertThat(stored(gateway)).isZero();
        }
        assertServes();
    }

    /** What is no MQTT ends the connection of that device, and no other one. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "2003000000", // a second CONNACK
                "40ffffffffff01", // a remaining length of five bytes
                "4000", // an acknowledgement of nothing
                "400100", // of half a packet id
                "5080808001" // and one of 2 MiB
            })
    void shouldEndTheConnectionWhenTheBrokerTalksNonsense(String packet) throws IOException {
        try (OddBroker broker = new OddBroker();
                GatewayProcess gateway = gate(broker.url()).start();
                PacketScript other = new PacketScript(gateway.port(), true);
                PacketScript device = new PacketScript(gateway.port(), true)) {
            assertThat(other.connect("other", 2).receive()).startsWith("20");
            assertThat(device.connect("c", 2).receive()).startsWith("20");

            assertThat(broker.sayToLast(packet)).isTrue();

            assertThat(device.receive()).isEmpty();
            assertThat(gateway.log()).contains("the broker has gone client=");
            assertThat(other.ping().receive()).isEqualTo("d000");
            assertThat(stored(gateway)).isZero();
        }
    }

    /** What a gate remembers of devices is bounded, whatever the broker grants them. */
    @Test
    void shouldRememberNoMoreThanItsOwnLimits() throws IOException {
        try (OddBroker broker = new OddBroker();
                GatewayProcess gateway = gate(broker.url())
                        .listener("limits: {sessions: 1, session-expiry: 1s, topic-aliases: 5}")
                        .start()) {
            broker.greetWith("2006000003" + "22ffff"); // as many topic aliases as there are
            assertThat(answerToConnect(gateway, true, "first")).startsWith("20").contains("220005");

            broker.greetWith(ACCEPTED);
            await("the session of the first, which is to last an hour, is forgotten")
                    .until(() -> answerToConnect(gateway, false, "second").equals(ACCEPTED));
            await("that of the second, which has no end, too")
                    .until(() -> answerToConnect(gateway, false, "third").equals(ACCEPTED));
        }
    }

    private static String answerToConnect(GatewayProcess gateway, boolean mqtt5, String clientId) throws IOException {
        try (PacketScript device = new PacketScript(gateway.port(), mqtt5)) {
            return device.connect(clientId, 0).receive();
        }
    }

    private void assertServes() throws IOException {
        try (Mosquitto broker = Mosquitto.plain(temp.resolve("after")).start();
                GatewayProcess gateway = gate(broker.url()).start();
                PacketScript device = new PacketScript(gateway.port(), false)) {
            assertThat(device.connect("c", 2).receive()).isEqualTo(ACCEPTED);
        }
    }

    /** Two devices with one name take it from each other all the time: nothing leaks, nothing is mixed up. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldStandAFightForAClientId(boolean mqtt5) throws Exception {
        int takeOvers = Integer.getInteger("holdfast.take-overs", 400);
        try (Mosquitto upstream = Mosquitto.persistent(temp.resolve("upstream")).start();
                Subscriber subscriber = new Subscriber(upstream.port());
                Mosquitto broker = Mosquitto.persistent(temp.resolve("broker")).start();
                GatewayProcess gateway =
                        gate(broker.url()).routeTo(upstream.url()).start()) {
            long before = descriptors(gateway);
            Set<String> acknowledged = ConcurrentHashMap.newKeySet();
            AtomicInteger connects = new AtomicInteger();
            Thread one = new Thread(() -> fight(gateway.port(), mqtt5, "one", takeOvers, connects, acknowledged));
            Thread two = new Thread(() -> fight(gateway.port(), mqtt5, "two", takeOvers, connects, acknowledged));
            one.start();
            two.start();
            one.join();
            two.join();

            assertThat(acknowledged).as("messages that were acknowledged").isNotEmpty();
            await("all of them arrive")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> subscriber.arrivals().stream()
                            .map(Subscriber.Arrival::text)
                            .toList()
                            .containsAll(acknowledged));
            await("no connection stays")
                    .until(() ->
                            gateway.status().path("ingest").path("connections").asInt(-1) == 0);
            await("no descriptor stays").until(() -> descriptors(gateway) <= before + 10);
            assertThat(gateway.log()).doesNotContain("error of our own");
        }
    }

    private static void fight(
            int port, boolean mqtt5, String who, int takeOvers, AtomicInteger connects, Set<String> acknowledged) {
        for (int id = connects.incrementAndGet(); id <= takeOvers; id = connects.incrementAndGet()) {
            String text = who + id;
            try (PacketScript client = new PacketScript(port, mqtt5)) {
                String connack = client.connect("same", 0).receive();
                if (connack.startsWith("20")
                        && client.publish(1, false, id, "a", text).receive().matches("40..%04x.*".formatted(id))) {
                    acknowledged.add(text);
                }
            } catch (IOException e) {
                // the other one has the name now
            }
        }
    }

    private static long descriptors(GatewayProcess gateway) {
        try (Stream<Path> open =
                Files.list(Path.of("/proc", Long.toString(gateway.process().pid()), "fd"))) {
            return open.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Each has two descriptors in the gateway. */
    @Test
    void shouldServeFiveThousandDevices() {
        try (Mosquitto upstream = Mosquitto.persistent(temp.resolve("upstream")).start();
                Mosquitto broker = Mosquitto.persistent(temp.resolve("broker")).start();
                GatewayProcess gateway =
                        gate(broker.url()).routeTo(upstream.url()).start()) {
            Result result = Crowd.ofFiveThousand(temp, "mqtt://127.0.0.1:" + gateway.port(), upstream.url());
            JsonNode run = JsonMapper.builder().build().readTree(result.out());
            System.out.println("FAULT 18 5,000 devices through a gate: " + run);
            assertThat(result.exitCode()).as("%s %s", run, result.err()).isZero();
            assertThat(run.path("acknowledged").asLong()).as("%s", run).isGreaterThan(5_000);
            assertThat(run.path("refused").size()).as("%s", run).isZero();
            assertThat(run.path("troubles").size()).as("%s", run).isZero();
        }
    }
}
