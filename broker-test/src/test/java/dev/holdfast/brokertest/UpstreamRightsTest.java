package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.gateway.load.Ledger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A real broker that does not give the route its rights: people see why, mend it at the broker, and all flows. */
class UpstreamRightsTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int DEVICES = 2;
    private static final long MESSAGES_PER_DEVICE = 1_000;

    @TempDir
    private Path temp = Path.of("");

    private static void assertEverythingArrives(GatewayProcess gateway, LedgerProcess ledger) {
        Ledger.Balance balance = ledger.awaitSettled(TIMEOUT);
        assertThat(balance.delivered()).isEqualTo(DEVICES * MESSAGES_PER_DEVICE);
        assertThat(balance.outOfOrder()).isZero();
        assertThat(balance.duplicates()).isZero();
        await("it is well").until(() -> gateway.route().path("state").asString().equals("delivering"));
        assertThat(gateway.route().path("lastError").isNull()).isTrue();
        assertThat(gateway.route().path("deadLetters").asLong(-1)).isZero();
        assertThat(gateway.route().path("delivered").asLong(-1)).isEqualTo(DEVICES * MESSAGES_PER_DEVICE);
    }

    private static void awaitPaused(GatewayProcess gateway, String why) {
        await("the route pauses and says why: " + gateway.directory())
                .atMost(TIMEOUT)
                .until(() -> {
                    JsonNode route = gateway.route();
                    return route.path("state").asString().equals("paused")
                            && route.path("lastError").asString("").contains(why);
                });
    }

    @Test
    void shouldPauseUntilTheTopicIsAllowed() throws IOException {
        Path rights = Files.writeString(temp.resolve("acl"), "topic read site/#\ntopic write other/#\n");
        try (Mosquitto broker = Mosquitto.plain(temp.resolve("broker"))
                        .with("acl_file " + rights)
                        .with("max_queued_messages 0")
                        .start();
                GatewayProcess gateway = new GatewayProcess(temp.resolve("gateway"))
                        .routeTo(broker.url())
                        .start();
                LedgerProcess ledger = new LedgerProcess(temp)) {
            ledger.subscribe(broker.port());
            ledger.publish(gateway.port(), DEVICES, 64, MESSAGES_PER_DEVICE, 0, true);
            ledger.awaitMoreAcknowledged(1);
            awaitPaused(gateway, "the broker refuses: not authorized (0x87)");
            assertThat(gateway.route().path("deadLetters").asLong(-1)).isZero();

            Files.writeString(rights, "topic readwrite site/#\n");
            broker.process().signal("HUP");

            assertEverythingArrives(gateway, ledger);
        }
    }

    @Test
    void shouldPauseUntilThePasswordIsRight() throws IOException {
        Path passwords = temp.resolve("passwords");
        ManagedProcess.run("mosquitto_passwd", "-b", "-c", passwords.toString(), "box17", "another");
        Path secret = Files.writeString(temp.resolve("secret"), "open-sesame\n");
        try (Mosquitto broker = Mosquitto.plain(temp.resolve("broker"))
                        .with("password_file " + passwords)
                        .with("allow_anonymous true")
                        .with("max_queued_messages 0")
                        .start();
                GatewayProcess gateway = new GatewayProcess(temp.resolve("gateway"))
                        .route(("name: cloud, topics: [\"#\"], sink: {type: mqtt, url: \"%s\", topic: \"site/{topic}\","
                                        + " username: box17, password: \"${file:%s}\"}")
                                .formatted(broker.url(), secret))
                        .start();
                LedgerProcess ledger = new LedgerProcess(temp)) {
            ledger.subscribe(broker.port());
            ledger.publish(gateway.port(), DEVICES, 64, MESSAGES_PER_DEVICE, 0, true);
            awaitPaused(gateway, broker.url() + ": the broker refuses the connection: not authorized (0x87)");

            ManagedProcess.run("mosquitto_passwd", "-b", passwords.toString(), "box17", "open-sesame");
            broker.process().signal("HUP");

            assertEverythingArrives(gateway, ledger);
            assertThat(List.of(gateway.log(), gateway.status().toString()))
                    .noneMatch(shown -> shown.contains("open-sesame"));
        }
    }
}
