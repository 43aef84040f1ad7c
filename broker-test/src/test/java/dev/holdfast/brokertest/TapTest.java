package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.holdfast.gateway.load.Ledger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** A gateway that subscribes at Mosquitto. */
class TapTest {

    private static final int RECEIVE_MAXIMUM = 1_000;
    private static final String OVERRUN = "sends more than the Receive Maximum of 100 allows";

    @TempDir
    private Path temp = Path.of("");

    private GatewayProcess gateway(Mosquitto broker, String keys) {
        return gateway("gateway", tap("plant", broker, keys));
    }

    private GatewayProcess gateway(String name, String... taps) {
        return new GatewayProcess(temp.resolve(name)).withSection("taps:\n" + String.join("", taps));
    }

    private static String tap(String name, Mosquitto broker, String keys) {
        return "  - {name: " + name + ", broker: \"" + broker.url() + "\", " + keys + "}\n";
    }

    private Mosquitto broker() {
        return Mosquitto.persistent(temp.resolve("broker"));
    }

    private static JsonNode tapStatus(GatewayProcess gateway) {
        return gateway.status().path("taps").path(0);
    }

    private static long stored(GatewayProcess gateway) {
        return gateway.status().path("store").path("lanes").path(0).path("head").asLong();
    }

    private static void awaitSubscribed(GatewayProcess gateway) {
        await("every tap is subscribed: " + gateway.directory())
                .atMost(Duration.ofSeconds(60))
                .until(() -> gateway.status()
                        .path("taps")
                        .valueStream()
                        .allMatch(tap -> tap.path("state").asString().equals("subscribed")));
    }

    private static void awaitStored(GatewayProcess gateway, long messages) {
        await(messages + " stored: " + gateway.directory())
                .atMost(Duration.ofSeconds(60))
                .until(() -> stored(gateway) >= messages);
    }

    private static String newestPossibleGap(GatewayProcess gateway) {
        return tapStatus(gateway)
                .path("newestPossibleGaps")
                .path(0)
                .path("reason")
                .asString("");
    }

    private static void publish(Mosquitto broker, String topic, int messages) {
        try (Publisher device = new Publisher(broker.port())) {
            device.publish(
                    topic, IntStream.range(0, messages).mapToObj(i -> "m" + i).toList());
        }
    }

    // --- what comes ---------------------------------------------------------------------------------------------

    /** What the broker acknowledged to its devices arrives upstream, also when the gateway is killed again and again. */
    @ParameterizedTest
    @ValueSource(strings = {"5", "3.1.1"})
    void shouldLoseNothingThatTheBrokerHasWhenTheGatewayIsKilled(String version) {
        int rounds = Integer.getInteger("holdfast.tap-kills", 2);
        try (Mosquitto upstream = Mosquitto.persistent(temp.resolve("upstream")).start();
                Mosquitto broker = Mosquitto.plain(temp.resolve("broker"))
                        .with("max_queued_messages 0")
                        .start();
                GatewayProcess gateway = gateway(broker, "topics: [\"sensors/#\"], mqtt-version: " + version)
                        .routeTo(upstream.url())
                        .start();
                LedgerProcess ledger = new LedgerProcess(temp)) {
            ledger.subscribe(upstream.port());
            awaitSubscribed(gateway);
            ledger.publish(broker.port(), 4, 16, Long.MAX_VALUE, 500, true);
            for (int round = 0; round < rounds; round++) {
                ledger.awaitMoreAcknowledged(2_000);
                gateway.kill();
                ledger.awaitMoreAcknowledged(1_000);
                gateway.start();
            }
            ledger.awaitMoreAcknowledged(1_000);
            gateway.process().stop();
            ledger.awaitMoreAcknowledged(1_000);
            gateway.start();
            ledger.stopPublishing();
            Ledger.Balance balance = ledger.awaitSettled(Duration.ofMinutes(2));

            Scene.report("tap, kill -9 of the gateway", rounds, balance, 0);
            assertThat(balance.lost()).as("%s", balance).isZero();
            assertThat(balance.outOfOrder()).as("%s", balance).isZero();
            assertThat(balance.damaged()).as("%s", balance).isZero();
            awaitAcknowledged(gateway, balance.sent());
            long storedTwice = stored(gateway) - balance.sent();
            assertThat(storedTwice)
                    .as("stored twice; what the broker sent again: %s", balance)
                    .isLessThanOrEqualTo(sentAgain(broker));
            assertThat(balance.duplicates() - storedTwice)
                    .as("repeated by the route, what it had not settled or not written down: %s", balance)
                    .isLessThanOrEqualTo((rounds + 1) * (512 + 2_000L));
            assertThat(tapStatus(gateway).path("possibleGaps").asLong()).isZero();
        }
    }

    /** How many messages the broker has sent to the tap not for the first time, by its own word. */
    private static long sentAgain(Mosquitto broker) {
        return broker.process()
                .log()
                .lines()
                .filter(line -> line.contains("Sending PUBLISH to ") && line.contains(" (d1, "))
                .count();
    }

    /** The broker has the connections, the tap one subscription for them all. */
    @Test
    void shouldTakeWhatFiveThousandDevicesPublish() {
        try (Mosquitto upstream = Mosquitto.persistent(temp.resolve("upstream")).start();
                Mosquitto broker = broker().start();
                GatewayProcess gateway = gateway(broker, "topics: [\"bench/#\"], receive-maximum: 8000")
                        .routeTo(upstream.url())
                        .start()) {
            awaitSubscribed(gateway);
            Command.Result result = Crowd.ofFiveThousand(temp, broker.url(), upstream.url());

            System.out.println("FAULT 18 5,000 devices at a tap's broker: " + result.out());
            assertThat(result.exitCode())
                    .as("%s %s", result.out(), result.err())
                    .isZero();
            assertThat(tapStatus(gateway).path("possibleGaps").asLong()).isZero();
        }
    }

    @Test
    void shouldPassOnTheMessageAsItWas() throws MqttException {
        try (Mosquitto upstream = Mosquitto.plain(temp.resolve("upstream")).start();
                Mosquitto broker = broker().start();
                Subscriber subscriber = new Subscriber(upstream.port());
                GatewayProcess gateway = gateway(broker, "topics: [\"sensors/#\"], qos: 2")
                        .routeTo(upstream.url())
                        .start()) {
            awaitSubscribed(gateway);
            try (Publisher device = new Publisher(broker.port())) {
                device.publish("sensors/a", "text", message -> {
                    message.setQos(2);
                    message.setRetained(true);
                    message.getProperties().setContentType("text/plain");
                    message.getProperties().setResponseTopic("answers/a");
                    message.getProperties().setCorrelationData(new byte[] {0, 1});
                    message.getProperties().setPayloadFormat(true);
                    message.getProperties().setMessageExpiryInterval(1_000L);
                    message.getProperties()
                            .setUserProperties(List.of(new UserProperty("k", "v"), new UserProperty("k", "w")));
                });
            }
            await("it arrives").until(() -> subscriber.arrivals().size() == 1);
            Subscriber.Arrival arrival = subscriber.arrivals().get(0);

            assertThat(arrival.topic()).isEqualTo("site/sensors/a");
            assertThat(arrival.text()).isEqualTo("text");
            assertThat(arrival.message().getQos()).isEqualTo(2);
            var properties = arrival.message().getProperties();
            assertThat(properties.getContentType()).isEqualTo("text/plain");
            assertThat(properties.getResponseTopic()).isEqualTo("answers/a");
            assertThat(properties.getCorrelationData()).containsExactly(0, 1);
            assertThat(properties.getPayloadFormat()).isTrue();
            assertThat(properties.getMessageExpiryInterval()).isBetween(900L, 1_000L);
            assertThat(arrival.userProperties())
                    .extracting(UserProperty::getKey, UserProperty::getValue)
                    .containsExactly(tuple("k", "v"), tuple("k", "w"));
        }
    }

    /** Mosquitto 2.0.11 sends a present session all it has at once. The client ends such a link, and would for ever. */
    @Test
    void shouldGetOnWithABrokerThatBreaksTheReceiveMaximum() {
        int messages = 3 * RECEIVE_MAXIMUM;
        try (Mosquitto broker = broker().start();
                GatewayProcess gateway = gateway(broker, "topics: [\"sensors/#\"], receive-maximum: 100")
                        .start()) {
            awaitSubscribed(gateway);
            gateway.process().stop();
            publish(broker, "sensors/a", messages);
            gateway.start();
            awaitAcknowledged(gateway, messages);

            long first = stored(gateway);
            assertThat(first).isLessThan(2L * messages);
            assertThat(tapStatus(gateway).path("links").asInt()).isLessThanOrEqualTo(2);
            assertThat(gateway.log()).containsOnlyOnce(OVERRUN);

            gateway.kill();
            publish(broker, "sensors/a", messages);
            gateway.start();
            awaitAcknowledged(gateway, first + messages);

            assertThat(gateway.log()).as("it is known after a crash").containsOnlyOnce(OVERRUN);
            assertThat(tapStatus(gateway).path("links").asInt()).isEqualTo(1);
        }
    }

    private static void awaitAcknowledged(GatewayProcess gateway, long messages) {
        awaitStored(gateway, messages);
        await("all is acknowledged: " + gateway.directory())
                .until(() -> tapStatus(gateway).path("unacknowledged").asInt(-1) == 0
                        && tapStatus(gateway).path("state").asString().equals("subscribed"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "3.1.1"})
    void shouldTakeRetainedMessagesOnce(String version) {
        try (Mosquitto broker = broker().start()) {
            try (Publisher device = new Publisher(broker.port())) {
                for (int i = 0; i < 5; i++) {
                    device.publish("sensors/" + i, "kept", message -> message.setRetained(true));
                }
            }
            try (GatewayProcess gateway = gateway(broker, "topics: [\"sensors/#\"], mqtt-version: " + version)
                    .start()) {
                awaitStored(gateway, 5);
                gateway.process().stop();
                gateway.start();
                awaitSubscribed(gateway);
                publish(broker, "sensors/live", 1);
                awaitStored(gateway, 6);

                assertThat(stored(gateway)).as("none of them again").isEqualTo(6);
            }
        }
    }

    @Test
    void shouldLeaveToTheBrokerWhatThereIsNoRoomFor() {
        int messages = 200;
        try (Mosquitto broker = broker().start();
                GatewayProcess gateway = gateway(broker, "topics: [\"sensors/#\"]")
                        .lane("name: small, topics: [\"#\"], limit: {count: 50}")
                        .start()) {
            awaitSubscribed(gateway);
            publish(broker, "sensors/a", messages);
            await("the tap waits; what is stored is acknowledged, and all the rest is not: " + gateway.directory())
                    .untilAsserted(() -> {
                        JsonNode tap = tapStatus(gateway);
                        long acknowledged = tap.path("acknowledged").asLong();
                        assertThat(tap.path("waiting").asBoolean())
                                .as("%s", tap)
                                .isTrue();
                        assertThat(acknowledged).as("%s", tap).isEqualTo(stored(gateway));
                        assertThat(acknowledged + tap.path("unacknowledged").asLong())
                                .as("%s", tap)
                                .isEqualTo(messages);
                    });

            assertThat(stored(gateway))
                    .as("what was on its way when the lane became full is stored too")
                    .isBetween(50L, messages - 1L);
        }
    }

    @Test
    void shouldShareASubscriptionWithAnotherGateway() {
        String shared = "topics: [\"$share/boxes/sensors/#\"]";
        try (Mosquitto broker = broker().start();
                GatewayProcess one = gateway("one", tap("plant", broker, shared + ", client-id: one"))
                        .start();
                GatewayProcess other = gateway("other", tap("plant", broker, shared + ", client-id: other"))
                        .start()) {
            awaitSubscribed(one);
            awaitSubscribed(other);
            publish(broker, "sensors/a", 100);
            await("each is stored once").until(() -> stored(one) + stored(other) == 100);

            assertThat(stored(one)).isPositive();
            assertThat(stored(other)).isPositive();
        }
    }

    // --- possible gaps ------------------------------------------------------------------------------------------

    @Test
    void shouldSayThatTheSessionWasLost() {
        Mosquitto broker = Mosquitto.plain(temp.resolve("broker"));
        try (broker;
                GatewayProcess gateway =
                        gateway(broker.start(), "topics: [\"sensors/#\"]").start()) {
            awaitSubscribed(gateway);
            assertThat(tapStatus(gateway).path("possibleGaps").asLong(-1)).isZero();
            broker.process().kill();
            broker.start();
            await("it is said")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> newestPossibleGap(gateway).equals("session-lost"));
            gateway.kill();
            gateway.start();
            awaitSubscribed(gateway);

            assertThat(tapStatus(gateway).path("possibleGaps").asLong())
                    .as("it stays known")
                    .isEqualTo(1);
            assertThat(gateway.log()).contains("possible gap tap=plant reason=SESSION_LOST");
            assertThat(gateway.metrics()).contains("holdfast_tap_possible_gaps_total{tap=\"plant\"} 1\n");
            JsonNode entry = gateway.audit().path(0);
            assertThat(entry.path("event").asString()).isEqualTo("possible-gap");
            assertThat(entry.path("subject").asString()).isEqualTo("plant");
            assertThat(entry.path("reason").asString()).isEqualTo("session-lost");
            assertThat(entry.path("text").asString()).contains("the broker had our session no more");
            assertThat(entry.path("at").asString()).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
            publish(broker, "sensors/a", 1);
            awaitStored(gateway, 1);
        }
    }

    @Test
    void shouldSayThatTheBrokerGrantsLess() {
        try (Mosquitto broker = Mosquitto.plain(temp.resolve("broker"))
                        .with("max_qos 0")
                        .start();
                GatewayProcess gateway =
                        gateway(broker, "topics: [\"sensors/#\"]").start()) {
            awaitSubscribed(gateway);

            assertThat(newestPossibleGap(gateway)).isEqualTo("qos-lowered");
            assertThat(tapStatus(gateway).path("lastError").asString()).contains("grants QoS 0 for sensors/#, not 1");
        }
    }

    @Test
    void shouldSayThatTheBrokerHasDroppedMessages() {
        try (Mosquitto broker = broker().with("max_queued_messages 100")
                        .with("sys_interval 1")
                        .start();
                GatewayProcess gateway = gateway(broker, "topics: [\"sensors/#\"], watch-drops: true")
                        .start()) {
            awaitSubscribed(gateway);
            gateway.process().stop();
            publish(broker, "sensors/a", 500);
            gateway.start();
            await("it is said")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> newestPossibleGap(gateway).equals("broker-dropped"));
        }
    }

    // --- both ways ----------------------------------------------------------------------------------------------

    /** Telemetry goes up and commands come down by the same gateway, and nothing goes round. */
    @Test
    void shouldGoBothWaysWithoutACircle() throws MqttException {
        try (Mosquitto cloud = Mosquitto.plain(temp.resolve("cloud")).start();
                Mosquitto plant = Mosquitto.plain(temp.resolve("plant")).start();
                Subscriber inTheCloud = new Subscriber(cloud.port());
                Subscriber atThePlant = new Subscriber(plant.port());
                GatewayProcess gateway = gateway(
                                "gateway",
                                tap("plant", plant, "topics: [\"#\"]"),
                                tap("cloud", cloud, "topics: [\"#\"]"))
                        .route("name: up, topics: [\"#\"], sink: {type: mqtt, url: \"" + cloud.url() + "\"}")
                        .route("name: down, topics: [\"#\"], sink: {type: mqtt, url: \"" + plant.url() + "\"}")
                        .start()) {
            awaitSubscribed(gateway);
            publish(plant, "sensors/a", 3);
            publish(cloud, "commands/a", 2);
            await("both have all")
                    .until(() -> inTheCloud.arrivals().size() >= 5
                            && atThePlant.arrivals().size() >= 5);
            await("what was sent has come back and was not stored")
                    .until(() -> gateway.status()
                                    .path("taps")
                                    .valueStream()
                                    .mapToLong(tap -> tap.path("own").asLong())
                                    .sum()
                            == 5);

            assertThat(inTheCloud.arrivals()).hasSize(5);
            assertThat(atThePlant.arrivals()).hasSize(5);
            assertThat(stored(gateway)).isEqualTo(5);
        }
    }

    /** A command that comes too late is worse than none: one that is told to live a second does not outlive an outage. */
    @Test
    void shouldLetACommandFromAboveExpireWhileItWaits() throws MqttException {
        try (Mosquitto cloud = Mosquitto.plain(temp.resolve("cloud")).start();
                Mosquitto plant = Mosquitto.plain(temp.resolve("plant")).start();
                TcpProxy way = new TcpProxy(plant.port());
                Subscriber atThePlant = new Subscriber(plant.port());
                GatewayProcess gateway = gateway("gateway", tap("cloud", cloud, "topics: [\"commands/#\"]"))
                        .route("name: down, from: [cloud], topics: [\"#\"], sink: {type: mqtt, url: \"mqtt://127.0.0.1:"
                                + way.port() + "\"}")
                        .start()) {
            awaitSubscribed(gateway);
            way.cut();
            try (Publisher operator = new Publisher(cloud.port())) {
                operator.publish(
                        "commands/valve",
                        "open for a moment",
                        message -> message.getProperties().setMessageExpiryInterval(1L));
                operator.publish(
                        "commands/valve",
                        "close",
                        message -> message.getProperties().setMessageExpiryInterval(3_600L));
                operator.publish("commands/valve", "report");
            }
            awaitStored(gateway, 3);
            Instant expired = Instant.now().plusSeconds(2);
            await("the first has expired").until(() -> Instant.now().isAfter(expired));
            way.restore();
            await("the others arrive").until(() -> atThePlant.arrivals().size() == 2);
            await("the first is accounted for")
                    .until(() -> gateway.route().path("expired").asLong() == 1);

            assertThat(atThePlant.arrivals())
                    .extracting(Subscriber.Arrival::text)
                    .containsExactly("close", "report");
            assertThat(atThePlant.arrivals().get(0).message().getProperties().getMessageExpiryInterval())
                    .as("seconds left")
                    .isBetween(3_500L, 3_599L);
        }
    }
}
