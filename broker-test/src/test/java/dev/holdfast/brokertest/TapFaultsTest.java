package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.gateway.load.Ledger;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Taps at brokers that freeze, go, talk nonsense, or let somebody else have the tap's name. */
class TapFaultsTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @TempDir
    private Path temp = Path.of("");

    private GatewayProcess gateway(String broker, String keys) {
        return new GatewayProcess(temp.resolve("gateway"))
                .withSection("taps: [{name: plant, topics: [\"sensors/#\"], broker: %s%s}]".formatted(broker, keys));
    }

    private Mosquitto broker(String name) {
        return Mosquitto.persistent(temp.resolve(name));
    }

    private static JsonNode tap(GatewayProcess gateway) {
        return gateway.status().path("taps").path(0);
    }

    private static boolean isSubscribed(GatewayProcess gateway) {
        return tap(gateway).path("state").asString("").equals("subscribed");
    }

    private static void awaitSubscribed(GatewayProcess gateway) {
        await("the tap is subscribed").atMost(TIMEOUT).until(() -> isSubscribed(gateway));
    }

    private static long stored(GatewayProcess gateway) {
        return gateway.laneStatus("default").path("head").asLong();
    }

    @Test
    void shouldNoticeThatItsBrokerIsFrozenAndLoseNothing() {
        try (Mosquitto upstream = broker("upstream").start();
                Mosquitto broker = broker("broker").start();
                GatewayProcess gateway = gateway('"' + broker.url() + '"', ", keep-alive: 2s")
                        .routeTo(upstream.url())
                        .start();
                LedgerProcess ledger = new LedgerProcess(temp)) {
            ledger.subscribe(upstream.port());
            awaitSubscribed(gateway);
            ledger.publish(broker.port(), 4, 16, Long.MAX_VALUE, 500, true);
            ledger.awaitMoreAcknowledged(1_000);

            broker.process().signal("STOP");
            await("it is noticed").atMost(TIMEOUT).until(() -> !isSubscribed(gateway));
            broker.process().signal("CONT");

            awaitSubscribed(gateway);
            ledger.awaitMoreAcknowledged(1_000);
            ledger.stopPublishing();
            Ledger.Balance balance = ledger.awaitSettled(Duration.ofMinutes(1));
            Scene.report("10 broker of a tap frozen", 1, balance, 0);
            assertThat(balance.lost()).as("%s", balance).isZero();
            assertThat(balance.outOfOrder()).as("%s", balance).isZero();
            assertThat(tap(gateway).path("possibleGaps").asLong()).isZero();
        }
    }

    /** Somebody else connects with the tap's client id again and again, and takes nothing of what is there for it. */
    @Test
    void shouldStandAFightForItsClientId() throws IOException {
        int takeOvers = Integer.getInteger("holdfast.take-overs", 100);
        try (Mosquitto upstream = broker("upstream").start();
                Mosquitto broker = broker("broker").start();
                GatewayProcess gateway = gateway('"' + broker.url() + '"', "")
                        .routeTo(upstream.url())
                        .start();
                LedgerProcess ledger = new LedgerProcess(temp)) {
            ledger.subscribe(upstream.port());
            awaitSubscribed(gateway);
            ledger.publish(broker.port(), 4, 16, Long.MAX_VALUE, 500, true);
            for (int i = 0; i < takeOvers; i++) {
                try (PacketScript other = new PacketScript(broker.port(), true)) {
                    assertThat(other.connect("holdfast-box-plant", 0).receive()).startsWith("20");
                }
            }
            awaitSubscribed(gateway);
            ledger.stopPublishing();
            Ledger.Balance balance = ledger.awaitSettled(Duration.ofMinutes(1));

            Scene.report("14 fight for a tap's client id", takeOvers, balance, 0);
            assertThat(balance.lost()).as("%s", balance).isZero();
            assertThat(tap(gateway).path("links").asLong()).isGreaterThan(1);
            assertThat(tap(gateway).path("possibleGaps").asLong()).isZero();
        }
    }

    /** What is no MQTT ends the link; the next one is tried, and the gateway serves its devices all the while. */
    @Test
    void shouldLeaveABrokerThatTalksNonsense() throws IOException {
        try (OddBroker odd = new OddBroker();
                Mosquitto broker = broker("broker").start();
                GatewayProcess gateway = gateway("[\"%s\", \"%s\"]".formatted(odd.url(), broker.url()), "")
                        .start();
                PacketScript device = new PacketScript(gateway.port(), false)) {
            await("the tap is there").until(() -> odd.sayToLast("32020000")); // a PUBLISH without a topic
            awaitSubscribed(gateway);
            publish(broker, "from the other one");
            await("it is stored").until(() -> stored(gateway) == 1);

            assertThat(device.connect("c", 2).receive()).isEqualTo("20020000");
            assertThat(device.publish(1, false, 1, "a", "m").receive()).isEqualTo("40020001");
        }
    }

    @Test
    void shouldTakeTheNextBrokerWhenOneGoes() {
        try (Mosquitto first = broker("first").start();
                Mosquitto second = broker("second").start();
                GatewayProcess gateway = gateway("[\"%s\", \"%s\"]".formatted(first.url(), second.url()), "")
                        .start()) {
            awaitSubscribed(gateway);
            publish(first, "one");
            await("it is stored").until(() -> stored(gateway) == 1);

            first.stop();
            await("the second one is taken")
                    .atMost(TIMEOUT)
                    .until(() ->
                            isSubscribed(gateway) && tap(gateway).path("links").asInt() == 2);
            publish(second, "two");
            await("it is stored").until(() -> stored(gateway) == 2);
        }
    }

    @ParameterizedTest
    @CsvSource({"always, 5, 6, 11", "always, 3.1.1, 6, 11", "never, 5, 1, 1"})
    void shouldTakeRetainedMessagesAsItIsTold(String retained, String version, int atFirst, int afterwards) {
        try (Mosquitto broker = broker("broker").start()) {
            try (Publisher device = new Publisher(broker.port())) {
                IntStream.range(0, 5)
                        .forEach(i -> device.publish("sensors/" + i, "kept", message -> message.setRetained(true)));
            }
            String keys = ", retained: %s, mqtt-version: %s".formatted(retained, version);
            try (GatewayProcess gateway =
                    gateway('"' + broker.url() + '"', keys).start()) {
                awaitSubscribed(gateway);
                publish(broker, "live");
                await("the live one and those that were retained").until(() -> stored(gateway) == atFirst);
                gateway.process().stop();
                gateway.start();
                awaitSubscribed(gateway);

                await("again, or not").until(() -> stored(gateway) == afterwards);
                publish(broker, "end");
                await("what came last").until(() -> stored(gateway) >= afterwards + 1);
                assertThat(stored(gateway)).isEqualTo(afterwards + 1);
            }
        }
    }

    private static void publish(Mosquitto broker, String text) {
        try (Publisher device = new Publisher(broker.port())) {
            device.publish("sensors/live", text);
        }
    }
}
