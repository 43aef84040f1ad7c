package dev.holdfast.brokertest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.brokertest.Command.Result;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Lanes with their priorities, limits and policies, in a gateway whose upstream can't be reached for a while. */
class LaneTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;

    @TempDir
    private Path temp = Path.of("");

    @SuppressWarnings("NullAway.Init") // before each test
    private Mosquitto upstream;

    @SuppressWarnings("NullAway.Init") // before each test
    private TcpProxy link;

    @SuppressWarnings("NullAway.Init") // before each test
    private Subscriber subscriber;

    @SuppressWarnings("NullAway.Init") // before each test
    private GatewayProcess gateway;

    @BeforeEach
    void startUpstream() throws MqttException {
        upstream = Mosquitto.persistent(temp.resolve("upstream")).start();
        link = new TcpProxy(upstream.port());
        link.cut();
        subscriber = new Subscriber(upstream.port());
        gateway = new GatewayProcess(temp.resolve("gateway"));
    }

    @AfterEach
    void end() throws MqttException {
        gateway.close();
        subscriber.close();
        link.close();
        upstream.close();
    }

    private String url() {
        return "mqtt://127.0.0.1:" + link.port();
    }

    private static List<String> numbered(String prefix, int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(i -> prefix + i).toList();
    }

    private void publish(String topic, List<String> texts) {
        try (Publisher publisher = new Publisher(gateway.port())) {
            publisher.publish(topic, texts);
        }
    }

    private List<String> arrived(String topic) {
        return subscriber.arrivals().stream()
                .filter(arrival -> arrival.topic().equals(topic))
                .map(Subscriber.Arrival::text)
                .toList();
    }

    private void awaitArrivals(int messages) {
        await(messages + " messages arrive upstream")
                .atMost(TIMEOUT)
                .until(() -> subscriber.arrivals().size() >= messages);
    }

    @Test
    void shouldDrainAlarmsBeforeTelemetryAfterAnOutage() {
        gateway.lane("name: alarms, topics: [\"alarm/#\"]")
                .lane("name: telemetry, topics: [\"#\"]")
                .routeTo(url())
                .start();
        publish("telemetry/1", numbered("t", 1, 200));
        publish("alarm/1", numbered("a", 1, 20));
        publish("telemetry/1", numbered("t", 201, 220));

        link.restore();
        awaitArrivals(240);

        List<String> texts =
                subscriber.arrivals().stream().map(Subscriber.Arrival::text).toList();
        assertThat(texts.subList(0, 20)).isEqualTo(numbered("a", 1, 20));
        assertThat(texts.subList(20, 240)).isEqualTo(numbered("t", 1, 220));
        assertThat(subscriber.arrivals().get(0).stamp()).startsWith("box/alarms/");
        assertThat(subscriber.arrivals().get(20).stamp()).startsWith("box/telemetry/");
    }

    @Test
    void shouldAccountForWhatALaneDropsAndTellThoseUpstream() {
        gateway.lane("name: telemetry, topics: [\"telemetry/#\"], limit: {count: 10}, when-full: drop-oldest")
                .routeTo(url(), "gaps: true")
                .start();
        publish("telemetry/1", numbered("t", 1, 30));

        assertDropped();
        assertThat(gateway.statusOf("/readyz")).isEqualTo(OK);
        Result text = new Command(temp.resolve("status"))
                .holdfast("status", "-c", gateway.config().toString());
        assertThat(text.out())
                .contains("telemetry  10 kept", "of 10 messages", "removed undelivered: count 20", "backlog 10,")
                .contains("newest: 20 of lane telemetry by count");
        gateway.kill();
        gateway.start();
        assertDropped();

        link.restore();
        awaitArrivals(11);

        assertThat(arrived("site/telemetry/1")).isEqualTo(numbered("t", 21, 30));
        JsonNode told = JsonMapper.builder()
                .build()
                .readTree(arrived("site/holdfast/box/gap").get(0));
        assertThat(told.path("gateway").asString()).isEqualTo("box");
        assertThat(told.path("lane").asString()).isEqualTo("telemetry");
        assertThat(told.path("routes").path(0).asString()).isEqualTo("cloud");
        assertThat(told.path("from").asLong()).isEqualTo(1);
        assertThat(told.path("to").asLong()).isEqualTo(20);
        assertThat(told.path("messages").asLong()).isEqualTo(20);
        assertThat(told.path("reason").asString()).isEqualTo("count");
        assertThat(told.path("since").asString()).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
    }

    private void assertDropped() {
        JsonNode status = gateway.status();
        assertThat(gateway.laneStatus("telemetry").path("messages").asLong()).isEqualTo(10);
        assertThat(gateway.laneStatus("telemetry").path("state").asString()).isEqualTo("open");
        assertThat(gateway.route().path("backlog").path("messages").asLong())
                .as("backlog without what was removed")
                .isEqualTo(10);
        JsonNode gaps = status.path("gaps");
        assertThat(gaps.path("messages").asLong()).isEqualTo(20);
        assertThat(gaps.path("byReason").path("count").path("messages").asLong())
                .isEqualTo(20);
        JsonNode gap = gaps.path("newest").path(0);
        assertThat(gap.path("to").asLong()).isEqualTo(20);
        assertThat(gateway.gaps("?lane=telemetry&route=cloud&limit=1").path(0)).isEqualTo(gap);
        assertThat(gateway.gaps("?lane=other")).isEmpty();
        assertThat(gateway.gaps("?route=other")).isEmpty();
        assertThat(gateway.statusOf("/api/v1/gaps?limit=0")).isEqualTo(400);
        assertThat(gateway.statusOf("/api/v1/gaps?lain=x")).isEqualTo(400);
    }

    @Test
    void shouldMakePublishersWaitAndLoseNothing() throws MqttException {
        gateway.lane("name: all, topics: [\"#\"], limit: {count: 5}")
                .routeTo(url())
                .start();
        publish("t", numbered("t", 1, 5));
        assertThat(gateway.laneStatus("all").path("state").asString()).isEqualTo("full");

        MqttAsyncClient device =
                new MqttAsyncClient("tcp://127.0.0.1:" + gateway.port(), "waiting", new MemoryPersistence());
        try {
            device.connect().waitForCompletion();
            List<IMqttToken> tokens = new ArrayList<>();
            for (String text : numbered("t", 6, 20)) {
                tokens.add(device.publish("t", text.getBytes(UTF_8), 1, false));
            }
            await("the publisher is made to wait")
                    .atMost(TIMEOUT)
                    .until(() ->
                            gateway.status().path("ingest").path("heldBack").asInt() == 1);
            assertThat(tokens).noneMatch(IMqttToken::isComplete);
            assertFull();

            link.restore();
            await("all are acknowledged")
                    .atMost(TIMEOUT)
                    .until(() -> tokens.stream().allMatch(IMqttToken::isComplete));
            awaitArrivals(20);
        } finally {
            device.disconnectForcibly(100, 100, false);
            device.close();
        }

        assertThat(arrived("site/t")).isEqualTo(numbered("t", 1, 20));
        await("the lane is open again")
                .atMost(TIMEOUT)
                .until(() -> gateway.statusOf("/readyz") == OK
                        && gateway.laneStatus("all").path("state").asString().equals("open"));
        assertThat(gateway.gaps("")).isEmpty();
    }

    private void assertFull() {
        assertThat(gateway.status().path("store").path("accepting").asString()).isEqualTo("waiting");
        assertThat(gateway.statusOf("/readyz")).as("no lane takes anything").isEqualTo(UNAVAILABLE);
        assertThat(gateway.statusOf("/healthz")).as("a restart would not help").isEqualTo(OK);
        Result text = new Command(temp.resolve("status"))
                .holdfast("status", "-c", gateway.config().toString());
        assertThat(text.out()).contains("FULL: publishers wait", "1 made to wait");
    }

    @Test
    void shouldRefuseWhereALaneIsToRefuseAndTakeWhatBelongsToOthers() {
        gateway.lane("name: few, topics: [\"few/#\"], limit: {count: 5}, when-full: refuse")
                .routeTo(url())
                .start();
        publish("few/1", numbered("t", 1, 5));

        String refused = ManagedProcess.run(
                "sh",
                "-c",
                "mosquitto_pub -V mqttv5 -d -q 1 -p %d -t few/1 -m t6 2>&1; true".formatted(gateway.port()));
        publish("other", List.of("o1"));

        assertThat(refused).contains("RC:151"); // 0x97, quota exceeded
        JsonNode status = gateway.status();
        assertThat(status.path("ingest").path("refusedForSpace").asLong()).isEqualTo(1);
        assertThat(status.path("store").path("accepting").asString()).isEqualTo("lanes full");
        assertThat(gateway.statusOf("/readyz")).isEqualTo(OK);
        link.restore();
        awaitArrivals(6);
        assertThat(arrived("site/few/1")).isEqualTo(numbered("t", 1, 5));
        assertThat(arrived("site/other")).containsExactly("o1");
    }

    @Test
    void shouldKeepWhatIsStoredWhenLanesAreAddedRemovedAndReordered() {
        gateway.lane("name: a, topics: [\"a/#\"]")
                .lane("name: b, topics: [\"b/#\"]")
                .routeTo(url())
                .start();
        publish("a/1", numbered("a", 1, 3));
        publish("b/1", numbered("b", 1, 3));
        publish("c/1", numbered("c", 1, 3));
        gateway.kill();

        gateway.withoutLanes()
                .lane("name: b, topics: [\"b/#\"]")
                .lane("name: c, topics: [\"c/#\"]")
                .start();
        publish("a/1", numbered("a", 4, 6));
        publish("b/1", numbered("b", 4, 6));
        publish("c/1", numbered("c", 4, 6));
        assertThat(gateway.laneStatus("a").path("messages").asLong()).isEqualTo(3);
        assertThat(gateway.laneStatus("a").path("reachable").asBoolean(true)).isFalse();
        assertThat(gateway.laneStatus("default").path("messages").asLong()).isEqualTo(6);
        assertThat(gateway.route().path("backlog").path("messages").asLong()).isEqualTo(18);
        link.restore();
        awaitArrivals(18);

        assertThat(arrived("site/a/1")).containsExactlyInAnyOrderElementsOf(numbered("a", 1, 6));
        assertThat(arrived("site/b/1")).isEqualTo(numbered("b", 1, 6));
        assertThat(arrived("site/c/1")).containsExactlyInAnyOrderElementsOf(numbered("c", 1, 6));
        assertThat(subscriber.arrivals().get(0).stamp()).startsWith("box/b/");
    }
}
