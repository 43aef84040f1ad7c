package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.holdfast.brokertest.Command.Result;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the gateway tells supervisors, monitoring and people about itself, with an upstream that is down. */
class StatusTest {

    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int UNAVAILABLE = 69;
    private static final int MESSAGES = 10;

    @TempDir
    private Path temp = Path.of("");

    private Result status(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "status";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return new Command(temp.resolve("status")).holdfast(all);
    }

    private static void publish(int port, int messages) {
        for (int i = 0; i < messages; i++) {
            ManagedProcess.run(
                    "mosquitto_pub", "-p", Integer.toString(port), "-t", "sensors/1", "-m", "21.4", "-q", "1");
        }
    }

    private static HttpResponse<String> get(String url) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(5))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void shouldBeReadyAndTellItsBacklogWhileTheUpstreamIsDown() throws IOException, InterruptedException {
        String upstream = "mqtt://127.0.0.1:" + Ports.free();
        try (GatewayProcess gateway = new GatewayProcess(temp).routeTo(upstream).start()) {
            publish(gateway.port(), MESSAGES);
            await("the route has tried")
                    .until(() -> gateway.route().path("state").asString().equals("retrying"));

            assertThat(get(gateway.adminUrl() + "/healthz").statusCode()).isEqualTo(200);
            assertThat(get(gateway.adminUrl() + "/readyz").statusCode()).isEqualTo(200);
            assertThat(gateway.statusOf("/nothing")).isEqualTo(404);
            for (String path : List.of("/api/v1/status", "/metrics", "/api/v1/audit", "/api/v1/gaps", "/nothing")) {
                HttpResponse<String> without = get(gateway.adminUrl() + path);
                assertThat(without.statusCode()).as(path).isEqualTo(401);
                assertThat(without.headers().firstValue("WWW-Authenticate")).contains("Bearer");
                assertThat(without.body()).contains("admin-token");
            }
            assertThat(get(gateway.adminUrl() + "/healthz/../api/v1/status").statusCode())
                    .isEqualTo(404);
            assertRoute(gateway.route(), upstream);
            assertStoreAndIngest(gateway.status(), gateway);
            assertStatusCommands(gateway, upstream);
            assertMetrics(gateway.metrics());
        }
    }

    /** Each family has its head once, before its samples, and the numbers are those of the status. */
    private static void assertMetrics(String metrics) {
        assertThat(metrics)
                .endsWith("\n")
                .contains(
                        "holdfast_info{gateway=\"box\",version=\"",
                        "holdfast_accepted_messages_total " + MESSAGES + "\n",
                        "holdfast_store_writable 1\n",
                        "holdfast_lane_messages{lane=\"default\"} " + MESSAGES + "\n",
                        "holdfast_route_delivering{route=\"cloud\"} 0\n",
                        "holdfast_route_backlog_messages{route=\"cloud\"} " + MESSAGES + "\n");
        Set<String> families = new HashSet<>();
        String family = "";
        for (String line : metrics.lines().toList()) {
            if (line.startsWith("# HELP ")) {
                family = line.substring("# HELP ".length(), line.indexOf(' ', "# HELP ".length()));
                assertThat(families.add(family)).as(line).isTrue();
            } else if (line.startsWith("# TYPE ")) {
                assertThat(line).matches("# TYPE " + family + (family.endsWith("_total") ? " counter" : " gauge"));
            } else {
                assertThat(line).matches(family + "(\\{[a-z]+=\"[^\"]*\"(,[a-z]+=\"[^\"]*\")*})? [0-9.E-]+");
            }
        }
    }

    private static void assertRoute(JsonNode route, String upstream) {
        assertThat(route.path("name").asString()).isEqualTo("cloud");
        assertThat(route.path("target").asString()).isEqualTo(upstream);
        assertThat(route.path("lastError").asString()).contains(upstream.substring("mqtt://".length()));
        JsonNode backlog = route.path("backlog");
        assertThat(backlog.path("messages").asLong()).isEqualTo(MESSAGES);
        assertThat(backlog.path("bytes").asLong()).isGreaterThanOrEqualTo(MESSAGES * (long) "sensors/121.4".length());
        assertThat(backlog.path("ageSeconds").asDouble()).isBetween(0.01, 60.0);
        assertThat(route.path("delivered").asLong(-1)).isZero();
        assertThat(route.path("messagesPerSecond").asDouble(-1)).isZero();
        assertThat(route.has("etaSeconds")).isTrue();
        assertThat(route.path("etaSeconds").isNull()).as("it does not shrink").isTrue();
    }

    private void assertStoreAndIngest(JsonNode status, GatewayProcess gateway) {
        assertThat(status.path("gateway").path("id").asString()).isEqualTo("box");
        assertThat(status.path("gateway").path("pid").asLong())
                .isEqualTo(gateway.process().pid());
        JsonNode store = status.path("store");
        assertThat(store.path("path").asString())
                .isEqualTo(temp.resolve("store").toString());
        assertThat(store.path("diskBytes").asLong()).isPositive();
        assertThat(store.path("commitMillisP50").asDouble()).isPositive();
        assertThat(store.path("commitMillisP99").asDouble()).isPositive();
        assertThat(store.path("writable").asBoolean()).isTrue();
        JsonNode lane = store.path("lanes").path(0);
        assertThat(lane.path("tail").asLong()).isEqualTo(1);
        assertThat(lane.path("head").asLong()).isEqualTo(MESSAGES);
        JsonNode ingest = status.path("ingest");
        assertThat(ingest.path("address").asString()).isEqualTo("127.0.0.1:" + gateway.port());
        assertThat(ingest.path("connections").isInt()).isTrue();
        assertThat(ingest.path("accepted").asLong()).isEqualTo(MESSAGES);
        assertThat(ingest.path("refused").asLong(-1)).isZero();
        assertThat(ingest.path("messagesPerSecond").isNumber()).isTrue();
    }

    private void assertStatusCommands(GatewayProcess gateway, String upstream) {
        Result text = status("-c", gateway.config().toString());
        assertThat(text.exitCode()).as(text.err()).isEqualTo(OK);
        assertThat(text.out())
                .contains("gateway  box", "10 accepted", "cloud to " + upstream + "  retrying", "backlog 10,");

        String token = gateway.store().resolve("admin-token").toString();
        Result json = status("--admin", gateway.adminUrl(), "--token-file", token, "-o", "json");
        assertThat(json.exitCode()).isEqualTo(OK);
        assertThat(JsonMapper.builder()
                        .build()
                        .readTree(json.out())
                        .path("gateway")
                        .path("id")
                        .asString())
                .isEqualTo("box");

        Result withoutToken = status("--admin", gateway.adminUrl());
        assertThat(withoutToken.exitCode()).isEqualTo(UNAVAILABLE);
        assertThat(withoutToken.err()).contains("wants another token", "--token-file");

        Result quiet = status("-q", "--admin", gateway.adminUrl());
        assertThat(quiet).isEqualTo(new Result(OK, "", ""));
    }

    @Test
    void shouldSayThatNoGatewayAnswers() {
        String nowhere = "http://127.0.0.1:" + Ports.free();

        Result unreachable = status("--admin", nowhere);

        assertThat(unreachable.exitCode()).isEqualTo(UNAVAILABLE);
        assertThat(unreachable.err()).contains("no gateway answers at " + nowhere, "is it running?");
        assertThat(status("-q", "--admin", nowhere).exitCode()).isEqualTo(UNAVAILABLE);
    }

    /** A gateway whose store has failed ends too soon to be asked, so somebody else says 503 here. */
    @Test
    void shouldTellAGatewayThatIsNotWellFromOneThatIsNotThere() throws IOException {
        HttpServer unwell = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        unwell.createContext("/healthz", exchange -> {
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
        });
        unwell.start();
        try {
            String url = "http://127.0.0.1:" + unwell.getAddress().getPort();

            assertThat(status("-q", "--admin", url)).isEqualTo(new Result(FAILED, "", ""));
        } finally {
            unwell.stop(0);
        }
    }
}
