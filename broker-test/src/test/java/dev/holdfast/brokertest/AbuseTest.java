package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.brokertest.Command.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Clients that come in crowds, never finish, or take all there is, beside devices that go on: rows 8 and 19. */
@Tag("alone")
class AbuseTest {

    private static final int DESCRIPTORS = 300;
    private static final int FLOOD_RATE = 5_000;

    /** Rounds with and without abuse: one in CI; by -Dholdfast.abuse-rounds=9 the ratio that docs/RELIABILITY.md tells. */
    private static final int ROUNDS = Integer.getInteger("holdfast.abuse-rounds", 1);

    private static final Duration SOON = Duration.ofSeconds(30);

    /** TLS clients at once: 300 in CI, the default limit of 1,000 by -Dholdfast.tls-clients=1000. */
    private static final int TLS_CLIENTS = Integer.getInteger("holdfast.tls-clients", 300);

    @TempDir
    private Path temp = Path.of("");

    private static long refused(GatewayProcess gateway, String limit) {
        return gateway.status().path("ingest").path("limits").path(limit).asLong();
    }

    @Test
    void shouldSendAwayWhoNeverFinishes() {
        int each = 150;
        byte[] publish = Crowd.publish("abuse/t", 1);
        try (Scene scene = new Scene(temp)) {
            scene.gateway().listener("limits: {stall-timeout: 2s}").start();
            scene.publish(200);
            scene.ledger().awaitMoreAcknowledged(1_000);
            try (Crowd silent = new Crowd(scene.gateway().port());
                    Crowd slow = new Crowd(scene.gateway().port());
                    Crowd stalled = new Crowd(scene.gateway().port())) {
                silent.enter(each, new byte[0]);
                slow.enter(each, new byte[] {0x10, 0x7f});
                for (int i = 0; i < each; i++) {
                    stalled.enter(1, Crowd.connect("stalled-" + i, 0));
                }
                stalled.send(Arrays.copyOf(publish, publish.length - 2));

                await("the crowd is sent away").atMost(SOON).until(() -> {
                    slow.send(new byte[] {0});
                    return silent.present() + slow.present() + stalled.present() == 0;
                });
            }
            assertThat(refused(scene.gateway(), "connect-timeout")).isEqualTo(2L * each);
            assertThat(refused(scene.gateway(), "stall-timeout")).isEqualTo(each);
            scene.ledger().awaitMoreAcknowledged(1_000);

            scene.assertNothingLost(scene.settle("19 clients that never finish", 3L * each), 0);
        }
    }

    @Test
    void shouldGoOnWhenThereAreNoMoreDescriptors() throws IOException {
        try (Scene scene = new Scene(temp)) {
            scene.gateway()
                    .under("prlimit", "--nofile=" + DESCRIPTORS + ":" + DESCRIPTORS)
                    .start();
            scene.publish(1_000);
            scene.ledger().awaitMoreAcknowledged(1_000);
            try (Crowd crowd = new Crowd(scene.gateway().port())) {
                for (int i = 0; i < 2 * DESCRIPTORS; i++) {
                    crowd.enter(1, Crowd.connect("crowd-" + i, 0));
                }

                // long enough for several files of the log
                scene.ledger().awaitMoreAcknowledged(100_000);
                scene.gateway().assertAlive();
                assertThat(refused(scene.gateway(), "connections")).isPositive();
                assertThat(descriptors(scene.gateway())).isLessThan(DESCRIPTORS);
            }
            await("somebody new is served").atMost(SOON).until(() -> {
                try (Crowd late = new Crowd(scene.gateway().port())) {
                    return late.isServed("late", "late/t");
                }
            });
            scene.assertNothingLost(scene.settle("8 no more descriptors", 1), 0);
        }
    }

    private static long descriptors(GatewayProcess gateway) throws IOException {
        long pid = gateway.status().path("gateway").path("pid").asLong();
        try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return open.count();
        }
    }

    @Test
    void shouldServeOthersBesideOneThatFloodsAndOneThatTalksNonsense() {
        List<Double> ratios = new ArrayList<>();
        try (GatewayProcess gateway = new GatewayProcess(temp.resolve("gateway"))
                .listener("limits: {message-rate: %d}".formatted(FLOOD_RATE))
                .start()) {
            for (int round = 0; round < ROUNDS; round++) {
                double alone = p99OfOthers(gateway);
                try (ManagedProcess flood = ManagedProcess.start(
                                temp.resolve("flood.log"),
                                Map.of(),
                                bench(gateway, "--clients=1 --window=1024 --seconds=60"));
                        Crowd nonsense = new Crowd(gateway.port())) {
                    long before = refused(gateway, "message-rate");
                    await("the flood is held back").until(() -> refused(gateway, "message-rate") > before);
                    AtomicBoolean over = new AtomicBoolean();
                    Thread talker = new Thread(() -> talkNonsense(nonsense, over), "nonsense");
                    talker.start();
                    ratios.add(p99OfOthers(gateway) / alone);
                    over.set(true);
                    talker.join();
                    assertThat(flood.isAlive()).isTrue();
                    assertThat(gateway.status()
                                    .path("ingest")
                                    .path("badPackets")
                                    .asLong())
                            .as("nonsense was heard")
                            .isPositive();
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        System.out.printf("FAULT 19 one that floods, one that talks nonsense: p99 of others %s times%n", ratios);
    }

    private static List<String> bench(GatewayProcess gateway, String options) {
        List<String> command = new ArrayList<>(List.of(GatewayProcess.command().toString(), "bench"));
        command.add("--url=mqtt://127.0.0.1:" + gateway.port());
        command.addAll(List.of(options.split(" ")));
        command.addAll(List.of("-o", "json"));
        return command;
    }

    /** The 99th percentile, in ms, of the time to a PUBACK of 100 devices at 10 messages a second. */
    private double p99OfOthers(GatewayProcess gateway) {
        Result result = new Command(temp.resolve("others"))
                .run(bench(gateway, "--clients=100 --window=1 --rate=1000 --seconds=3"));
        assertThat(result.exitCode()).as(result.err()).isZero();
        JsonNode summary = JsonMapper.builder().build().readTree(result.out());
        assertThat(summary.path("troubles").size()).as(result.out()).isZero();
        assertThat(summary.path("refused").size()).as(result.out()).isZero();
        assertThat(summary.path("acknowledged").asLong()).isGreaterThan(1_000);
        return summary.path("latencyMillis").path("p99").asDouble();
    }

    private static void talkNonsense(Crowd nonsense, AtomicBoolean over) {
        byte[] bytes = Arrays.copyOf(Crowd.connect("nonsense", 0), 200);
        Arrays.fill(bytes, 24, bytes.length, (byte) 0xff);
        while (!over.get()) {
            nonsense.enter(1, bytes);
            nonsense.awaitSentAway();
            nonsense.close();
        }
    }

    @Test
    void shouldServeManyTlsClientsWithASmallHeapAndNoMore() {
        Certificates authority = new Certificates(temp.resolve("ca"));
        authority.issue("localhost", temp);
        int port = Ports.free();
        try (GatewayProcess gateway = new GatewayProcess(temp.resolve("gateway"))
                        .listener("mqtts: {bind: \"127.0.0.1:%d\", certificate: %s, key: %s, anonymous: true}"
                                .formatted(
                                        port, temp.resolve(Certificates.CERTIFICATE), temp.resolve(Certificates.KEY)))
                        .listener("limits: {tls-connections: %d}".formatted(TLS_CLIENTS))
                        .withJavaOptions("-Xmx96m")
                        .start();
                Crowd crowd = new Crowd(authority.client(temp, "").getSocketFactory(), port)) {
            for (int i = 0; i < TLS_CLIENTS; i++) {
                assertThat(crowd.isServed("tls-" + i, "tls/t"))
                        .as("client %d", i)
                        .isTrue();
            }

            assertThat(crowd.isServed("one-too-many", "tls/t")).isFalse();

            assertThat(refused(gateway, "tls-connections")).isEqualTo(1);
            assertThat(gateway.status().path("ingest").path("accepted").asLong())
                    .isEqualTo(TLS_CLIENTS);
            assertThat(crowd.present()).isEqualTo(TLS_CLIENTS);
            assertThat(gateway.log()).doesNotContain("OutOfMemoryError");
        }
    }
}
