package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.brokertest.Command.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code holdfast bench} measures, and finds what is missing. */
class BenchTest {

    @TempDir
    private Path temp = Path.of("");

    @SuppressWarnings("NullAway.Init") // before each test
    private Mosquitto broker;

    @SuppressWarnings("NullAway.Init") // before each test
    private GatewayProcess gateway;

    @BeforeEach
    void start() {
        broker = Mosquitto.persistent(temp.resolve("broker")).start();
        gateway = new GatewayProcess(temp.resolve("gateway"))
                .routeTo("mqtt://127.0.0.1:" + broker.port())
                .start();
    }

    @AfterEach
    void endAll() {
        gateway.close();
        broker.close();
    }

    private Result bench(String... arguments) {
        List<String> all = new ArrayList<>(List.of("bench", "--clients", "4", "--size", "64"));
        all.addAll(List.of(arguments));
        return new Command(temp.resolve("bench")).holdfast(all.toArray(new String[0]));
    }

    private String toGateway() {
        return "mqtt://127.0.0.1:" + gateway.port();
    }

    private String toBroker() {
        return "mqtt://127.0.0.1:" + broker.port();
    }

    private static JsonNode json(Result result) {
        assertThat(result.out()).as(result.err()).startsWith("{");
        return JsonMapper.builder().build().readTree(result.out());
    }

    @ParameterizedTest
    @CsvSource({"1, 5", "1, 3.1.1", "2, 5", "2, 3.1.1"})
    void shouldFindThatEverythingArrives(String qos, String version) {
        Result result = bench(
                "--url",
                toGateway(),
                "--verify",
                toBroker(),
                "--qos",
                qos,
                "--mqtt-version",
                version,
                "--rate",
                "2000",
                "--seconds",
                "2",
                "--warm-up",
                "0.5",
                "-o",
                "json");

        JsonNode run = json(result);
        assertThat(result.exitCode()).as(result.out()).isZero();
        assertThat(run.path("acknowledged").asLong())
                .isGreaterThan(2_000)
                .isEqualTo(run.path("sent").asLong());
        assertThat(run.path("unacknowledged").asLong(-1)).isZero();
        assertThat(run.path("messagesPerSecond").asDouble()).isBetween(1_000.0, 2_500.0);
        assertThat(run.path("latencyMillis").path("p50").asDouble())
                .isPositive()
                .isLessThanOrEqualTo(run.path("latencyMillis").path("p99").asDouble());
        JsonNode verified = run.path("verified");
        assertThat(verified.path("delivered").asLong())
                .isEqualTo(run.path("sent").asLong());
        assertThat(verified.path("missing").asLong(-1)).isZero();
        assertThat(verified.path("outOfOrder").asLong(-1)).isZero();
    }

    @Test
    void shouldComeBackToAGatewayThatWasKilledAndMissNothing() {
        CompletableFuture<Result> run = CompletableFuture.supplyAsync(() -> bench(
                "--url",
                toGateway(),
                "--verify",
                toBroker(),
                "--seconds",
                "6",
                "--warm-up",
                "0",
                "--rate",
                "5000",
                "-o",
                "json"));
        await("messages to come")
                .until(() -> gateway.status().path("ingest").path("accepted").asLong() > 2_000);
        gateway.kill();
        gateway.start();

        JsonNode result = json(run.join());
        assertThat(run.join().exitCode()).as(result.toString()).isZero();
        assertThat(result.path("troubles").path("connection lost").asLong()).isEqualTo(4);
        assertThat(result.path("troubles").propertyNames())
                .contains("Connection refused")
                .noneMatch(trouble -> trouble.contains("(..)")); // as epoll has it
        assertThat(result.path("verified").path("missing").asLong(-1)).isZero();
    }

    /** Acknowledged by one, looked for at another: what a broker does that forgets. */
    @Test
    void shouldFailWhenSomethingIsMissing() {
        try (Mosquitto forgetful = Mosquitto.plain(temp.resolve("forgetful")).start()) {
            Result result = bench(
                    "--url",
                    "mqtt://127.0.0.1:" + forgetful.port(),
                    "--verify",
                    toBroker(),
                    "--messages",
                    "100",
                    "--seconds",
                    "5",
                    "--warm-up",
                    "0",
                    "--verify-seconds",
                    "0.5");

            assertThat(result.exitCode()).isEqualTo(1);
            assertThat(result.out())
                    .containsPattern("acknowledged +100\\b")
                    .containsPattern("missing +100\\b")
                    .contains("NOT ALL THAT WAS ACKNOWLEDGED HAS ARRIVED");
        }
    }

    /** Messages of an earlier run that are still on their way are not counted. */
    @Test
    void shouldKnowItsOwnMessages() {
        bench("--url", toGateway(), "--messages", "400", "--seconds", "5", "--warm-up", "0");

        JsonNode run = json(bench(
                "--url",
                toGateway(),
                "--verify",
                toBroker(),
                "--messages",
                "400",
                "--seconds",
                "5",
                "--warm-up",
                "0",
                "-o",
                "json"));

        assertThat(run.path("verified").path("delivered").asLong()).isEqualTo(400);
        assertThat(run.path("verified").path("duplicates").asLong(-1)).isZero();
    }

    @Test
    void shouldSayWhatWasRefusedAndWhy() throws IOException {
        try (GatewayProcess full = new GatewayProcess(temp.resolve("full"))
                .lane("name: small, topics: [\"#\"], limit: {count: 100}, when-full: refuse")
                .start()) {
            Result result = bench(
                    "--url", "mqtt://127.0.0.1:" + full.port(), "--seconds", "1", "--warm-up", "0", "--rate", "2000");

            assertThat(result.exitCode()).as(result.err()).isZero();
            assertThat(result.out()).containsPattern("refused +[0-9,]+  0x97");
        }
        Path password = Files.writeString(temp.resolve("password"), "sesame\n");
        Result nobody = bench(
                "--url",
                toGateway(),
                "--username",
                "x",
                "--password-file",
                password.toString(),
                "--seconds",
                "0.5",
                "--warm-up",
                "0");
        assertThat(nobody.exitCode()).as("there are no users here").isZero();
    }

    @Test
    void shouldEndWhenNobodyIsThere() {
        String nowhere = "mqtt://127.0.0.1:" + Ports.free();

        Result silent = bench("--url", nowhere, "--seconds", "0.5", "--warm-up", "0");
        assertThat(silent.exitCode()).isEqualTo(69);
        assertThat(silent.err()).contains("nothing could be sent to " + nowhere);

        Result blind = bench("--url", toGateway(), "--verify", nowhere, "--verify-seconds", "0.5");
        assertThat(blind.exitCode()).isEqualTo(69);
        assertThat(blind.err()).contains("can't subscribe at 127.0.0.1:");
    }
}
