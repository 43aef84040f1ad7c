package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Eclipse Paho's clients do at a broker they do in the same way through a gate before it, and with the same outcome. */
class GateClientsTest {

    private static final int LARGE = 900_000;
    private static final int SHARED = 60;

    /** Published with QoS 1 and 2 by one run of {@link Scene}, retained and large ones too; QoS 0 is stored too. */
    private static final int STORED = 14 + SHARED;

    @TempDir
    private static Path temp = Path.of("");

    @SuppressWarnings("NullAway.Init") // before all tests
    private static Mosquitto mosquitto;

    @SuppressWarnings("NullAway.Init") // before all tests
    private static HiveMq hiveMq;

    @BeforeAll
    static void startBrokers() {
        mosquitto = Mosquitto.persistent(temp.resolve("mosquitto")).start();
        hiveMq = new HiveMq(temp.resolve("hivemq")).start();
    }

    @AfterAll
    static void endBrokers() {
        mosquitto.close();
        hiveMq.close();
    }

    @ParameterizedTest
    @CsvSource({"mosquitto, false", "mosquitto, true", "hivemq, false", "hivemq, true"})
    void shouldServeClientsAsTheBrokerDoes(String kind, boolean mqtt5, @TempDir Path directory) {
        boolean isMosquitto = kind.equals("mosquitto");
        int port = isMosquitto ? mosquitto.port() : hiveMq.port();
        String url = isMosquitto ? mosquitto.url() : hiveMq.url();
        List<String> direct = new Scene(port, mqtt5, "direct" + mqtt5).play();
        try (GatewayProcess gateway = new GatewayProcess(directory)
                .withMqttKeys("broker: \"" + url + '"')
                .start()) {
            List<String> gated = new Scene(gateway.port(), mqtt5, "gated" + mqtt5).play();

            assertThat(gated).containsExactlyElementsOf(direct);
            assertThat(gateway.laneStatus("default").path("head").asLong()).isEqualTo(STORED);
        }
    }

    /** What one run of it brings; topics and client ids begin with a name of their own, which the record leaves out. */
    private static final class Scene {

        private final int port;
        private final boolean mqtt5;
        private final String prefix;
        private final List<String> record = new ArrayList<>();

        Scene(int port, boolean mqtt5, String prefix) {
            this.port = port;
            this.mqtt5 = mqtt5;
            this.prefix = prefix + "/";
        }

        private PahoClient client(String id) {
            return PahoClient.of(mqtt5, port, prefix.replace('/', '-') + id);
        }

        /** Waits until so much has come to a client, and notes it. Among messages of one QoS order counts. */
        private void note(String what, PahoClient client, int messages) {
            await(what)
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> client.received().size() >= messages);
            for (String qos : List.of(" qos=0", " qos=1", " qos=2")) {
                client.received().stream()
                        .filter(line -> line.contains(qos))
                        .forEach(line -> record.add(what + ": " + line.replace(prefix, "")));
            }
            client.received().clear();
        }

        List<String> play() {
            try (PahoClient watcher = client("watcher");
                    PahoClient device = client("device")) {
                record.add("session " + watcher.connect(true) + device.connect(true));
                record.add("granted " + watcher.subscribe(prefix + "room/#", 2));
                publishInAllWays(watcher, device);
                retain(device);
                lose(watcher);
                resume(device);
                share(device);
                watcher.unsubscribe(prefix + "room/#");
                device.publish(prefix + "room/last", "nobody wants it", 1);
                record.add("more " + watcher.received());
                device.disconnect();
                watcher.disconnect();
            }
            return record;
        }

        private void publishInAllWays(PahoClient watcher, PahoClient device) {
            for (int qos = 0; qos <= 2; qos++) {
                device.publish(prefix + "room/" + qos, "m" + qos, qos);
            }
            note("live", watcher, 3);
            device.publish(prefix + "room/large", new byte[LARGE], 1, false);
            device.publish(prefix + "room/large", new byte[LARGE], 2, false);
            device.publish(prefix + "room/empty", new byte[0], 1, false);
            note("large", watcher, 3);
        }

        private void retain(PahoClient device) {
            device.publish(prefix + "state", new byte[] {'o', 'n'}, 1, true);
            try (PahoClient late = client("late")) {
                late.connect(true);
                late.subscribe(prefix + "state", 1);
                note("retained", late, 1);
                device.publish(prefix + "state", new byte[0], 1, true);
                note("cleared", late, 1);
            }
        }

        private void lose(PahoClient watcher) {
            try (PahoClient lost = client("lost")) {
                lost.connectWithWill(prefix + "room/will", "gone");
                lost.vanish();
                note("will", watcher, 1);
            }
        }

        private void resume(PahoClient device) {
            try (PahoClient sleeper = client("sleeper")) {
                record.add("session " + sleeper.connect(false));
                sleeper.subscribe(prefix + "sleep", 2);
                sleeper.disconnect();
            }
            for (int i = 0; i < 5; i++) {
                device.publish(prefix + "sleep", "while away " + i, 1 + i % 2);
            }
            try (PahoClient sleeper = client("sleeper")) {
                record.add("session " + sleeper.connect(false));
                note("resumed", sleeper, 5);
                sleeper.disconnect();
            }
            try (PahoClient sleeper = client("sleeper")) { // so that nothing of it stays
                sleeper.connect(true);
            }
        }

        private void share(PahoClient device) {
            try (PahoClient one = client("one");
                    PahoClient two = client("two")) {
                one.connect(true);
                two.connect(true);
                one.subscribe("$share/group/" + prefix + "work", 1);
                two.subscribe("$share/group/" + prefix + "work", 1);
                for (int i = 0; i < SHARED; i++) {
                    device.publish(prefix + "work", "job " + i, 1);
                }
                await("all jobs")
                        .until(() -> one.received().size() + two.received().size() >= SHARED);
                HashSet<String> jobs = new HashSet<>(one.received());
                jobs.addAll(two.received());
                record.add("shared " + (one.received().size() + two.received().size()) + " jobs " + jobs.size());
            }
        }
    }
}
