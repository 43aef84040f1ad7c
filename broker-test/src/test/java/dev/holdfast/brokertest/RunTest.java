package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.brokertest.Command.Result;
import dev.holdfast.gateway.load.Ledger;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** How {@code holdfast run} starts, refuses to start, and ends. */
class RunTest {

    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int STORE = 74;

    @TempDir
    private Path temp = Path.of("");

    private static Result run(GatewayProcess gateway) {
        return new Command(gateway.directory())
                .holdfast("run", "-c", gateway.config().toString());
    }

    @Test
    void shouldSayWhereItListensWhereTheStoreIsAndWhatToDoNext() {
        try (GatewayProcess gateway = new GatewayProcess(temp).start()) {
            await("the banner").until(() -> gateway.log().contains("routes:"));

            assertThat(gateway.log())
                    .contains("mqtt://127.0.0.1:" + gateway.port() + "  a PUBACK means on disk")
                    .contains("store    " + temp.resolve("store"))
                    .contains("status   " + gateway.adminUrl() + "/api/v1/status, or: holdfast status")
                    .contains(
                            "There is no route yet: what comes in is kept. To send it on, put into " + gateway.config())
                    .contains("sink: {type: mqtt, url: \"mqtt://broker.example:1883\"}");
        }
    }

    @Test
    void shouldLogJsonThatCanBeReadWithoutATerminal() {
        try (GatewayProcess gateway = new GatewayProcess(temp).start()) {
            await("it has started").until(() -> gateway.log().contains("gateway started"));

            List<JsonNode> lines = gateway.log()
                    .lines()
                    .filter(line -> line.startsWith("{"))
                    .map(line -> JsonMapper.builder().build().readTree(line))
                    .toList();

            assertThat(lines)
                    .extracting(line -> line.path("formattedMessage").asString())
                    .contains("gateway started id=box mqtt=[mqtt://127.0.0.1:%d] admin=%s store=%s"
                            .formatted(
                                    gateway.port(),
                                    gateway.adminUrl().substring("http://".length()),
                                    temp.resolve("store")));
        }
    }

    @Test
    void shouldKeepTheStoreToItsOwner() throws IOException {
        try (GatewayProcess gateway = new GatewayProcess(temp).start()) {
            await("what it keeps for a full disk is made").until(() -> Files.exists(temp.resolve("store/ballast")));
            try (Stream<Path> files = Files.walk(temp.resolve("store"))) {
                assertThat(files)
                        .hasSizeGreaterThan(3)
                        .allSatisfy(file -> assertThat(mode(file))
                                .as(file.toString())
                                .isEqualTo(Files.isDirectory(file) ? "rwx------" : "rw-------"));
            }
            assertThat(gateway.process().stop()).isEqualTo(OK);
        }
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void shouldSayWhichPortIsTaken() throws IOException {
        GatewayProcess gateway = new GatewayProcess(temp);
        try (ServerSocket taken = new ServerSocket(gateway.port(), 1, InetAddress.getLoopbackAddress())) {

            Result refused = run(gateway);

            assertThat(refused.exitCode()).isEqualTo(FAILED);
            assertThat(refused.err())
                    .contains("holdfast: can't listen on mqtt://127.0.0.1:" + taken.getLocalPort())
                    .contains("already in use", "listen.mqtt.bind");
        }
    }

    @Test
    void shouldSayWhichAdminPortIsTaken() throws IOException {
        GatewayProcess gateway = new GatewayProcess(temp);
        int port = Integer.parseInt(gateway.adminUrl().substring("http://127.0.0.1:".length()));
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {

            Result refused = run(gateway);

            assertThat(refused.exitCode()).isEqualTo(FAILED);
            assertThat(refused.err())
                    .contains("holdfast: can't listen for HTTP on 127.0.0.1:" + taken.getLocalPort())
                    .contains("already in use", "admin.bind");
        }
    }

    @Test
    void shouldNotShareItsStore() {
        try (GatewayProcess gateway = new GatewayProcess(temp).start()) {

            Result second = run(gateway);

            assertThat(second.exitCode()).isEqualTo(STORE);
            assertThat(second.err())
                    .contains("the store in " + temp.resolve("store") + " is in use by process "
                            + gateway.process().pid())
                    .contains("another store.path");
            assertThat(gateway.status().path("store").path("writable").asBoolean())
                    .as("the first one goes on")
                    .isTrue();
        }
    }

    @Test
    void shouldNotStartWithoutTheFlagThatMakesTheStoreSafe() {
        GatewayProcess gateway = new GatewayProcess(temp);
        Path lib = GatewayProcess.command().resolveSibling("../lib").normalize();

        Result refused = new Command(temp)
                .run(List.of(
                        "java",
                        "-cp",
                        lib + "/*",
                        "dev.holdfast.gateway.cli.Main",
                        "run",
                        "-c",
                        gateway.config().toString()));

        assertThat(refused.exitCode()).isEqualTo(STORE);
        assertThat(refused.err())
                .contains("started without --add-opens java.base/sun.nio.ch=ALL-UNNAMED", "bin/holdfast gives it");
        assertThat(temp.resolve("store")).doesNotExist();
    }

    @Test
    void shouldEndCleanlyUnderLoadAndHaveEverythingAfterwards() {
        try (Mosquitto upstream = Mosquitto.persistent(temp.resolve("upstream")).start();
                LedgerProcess ledger = new LedgerProcess(temp);
                GatewayProcess gateway = new GatewayProcess(temp.resolve("gateway")).start()) {
            ledger.subscribe(upstream.port());
            ledger.publish(gateway.port(), 8, 64, Long.MAX_VALUE, 500, true);
            ledger.awaitMoreAcknowledged(2_000);

            assertThat(gateway.process().stop()).as("exit code").isEqualTo(OK);
            gateway.routeTo(upstream.url()).start();
            ledger.awaitMoreAcknowledged(1_000);
            ledger.stopPublishing();

            Ledger.Balance balance = ledger.awaitSettled(Duration.ofSeconds(60));
            assertThat(balance.lost()).as("lost: %s", balance).isZero();
            assertThat(balance.duplicates())
                    .as("all that it took it had acknowledged: %s", balance)
                    .isZero();
            assertThat(balance.outOfOrder()).as("out of order: %s", balance).isZero();
            assertThat(balance.delivered()).as("delivered: %s", balance).isEqualTo(balance.sent());
        }
    }
}
