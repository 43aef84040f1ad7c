package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.gateway.load.Ledger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was acknowledged arrives, in order, through crashes and outages under load. Judged by the ledger process. */
class SurvivalTest {

    private static final int DEVICES = 8;
    private static final int DEVICE_WINDOW = 64;

    /**
     * Messages that a crash of the gateway may repeat: its window, progress that was not written yet, and what the
     * devices had sent, which they send again.
     */
    private static final long REPEATED_BY_GATEWAY_CRASH = 512 + 1_000 + 1_500 + DEVICES * (long) DEVICE_WINDOW;

    private static final long REPEATED_BY_LINK_LOSS = 512;
    /** What the store holds in reserve for a full disk. */
    private static final long RESERVE_BYTES = 32 << 20;

    private static final Duration SETTLE = Duration.ofSeconds(90);

    @TempDir
    private Path temp = Path.of("");

    private final long seed = Long.getLong("holdfast.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @SuppressWarnings("NullAway.Init") // before each test
    private Mosquitto upstream;

    @SuppressWarnings("NullAway.Init") // before each test
    private GatewayProcess gateway;

    @SuppressWarnings("NullAway.Init") // before each test
    private LedgerProcess ledger;

    @BeforeEach
    void startAll() {
        upstream = Mosquitto.persistent(temp.resolve("upstream")).start();
        gateway = new GatewayProcess(temp.resolve("gateway"))
                .routeTo(upstream.url(), "ack-timeout: 3s")
                .start();
        ledger = new LedgerProcess(temp);
        ledger.subscribe(upstream.port());
    }

    @AfterEach
    void endAll() {
        ledger.close();
        gateway.close();
        upstream.close();
    }

    private void pause(int fromMillis, int toMillis) {
        int millis = fromMillis + random.nextInt(toMillis - fromMillis);
        await("a while under load").pollDelay(Duration.ofMillis(millis)).until(() -> true);
    }

    private void assertNothingLost(Ledger.Balance balance, long mayRepeat) {
        String context = "%s, seed %d, gateway log %s".formatted(balance, seed, gateway.directory());
        assertThat(balance.lost()).as("lost: %s", context).isZero();
        assertThat(balance.outOfOrder()).as("out of order: %s", context).isZero();
        assertThat(balance.misacknowledged()).as("misacknowledged: %s", context).isZero();
        assertThat(balance.refused()).as("refused: %s", context).isZero();
        assertThat(balance.duplicates()).as("duplicates: %s", context).isLessThanOrEqualTo(mayRepeat);
        assertThat(balance.delivered()).as("delivered: %s", context).isEqualTo(balance.sent());
    }

    @Test
    void shouldDeliverEverythingOnceWhenNothingHappens() {
        ledger.publish(gateway.port(), DEVICES, DEVICE_WINDOW, 25_000, 0, true);

        assertNothingLost(ledger.awaitSettled(SETTLE), 0);
    }

    @Test
    void shouldSurviveAnOutageOfTheUpstream() {
        ledger.publishOn(gateway.port(), DEVICES, DEVICE_WINDOW);
        ledger.awaitMoreAcknowledged(5_000);
        upstream.stop();
        await("the route notices")
                .until(() -> gateway.route().path("state").asString().equals("retrying"));
        ledger.awaitMoreAcknowledged(20_000);
        assertThat(gateway.route().path("backlog").path("messages").asLong()).isGreaterThan(20_000 - 1_000);
        assertThat(gateway.route().path("lastError").asString()).contains("127.0.0.1:" + upstream.port());

        upstream.start();
        ledger.awaitMoreAcknowledged(5_000);
        ledger.stopPublishing();

        assertNothingLost(ledger.awaitSettled(SETTLE), REPEATED_BY_LINK_LOSS);
        await("the disk comes back")
                .atMost(Duration.ofSeconds(20))
                .until(() -> gateway.status().path("store").path("diskBytes").asLong() < 30_000_000 + RESERVE_BYTES);
        assertThat(gateway.status()
                        .path("store")
                        .path("lanes")
                        .path(0)
                        .path("messages")
                        .asLong())
                .isZero();
    }

    /** The count of rounds: 20 in CI, 200 for the long form by -Dholdfast.crashes=200. */
    @Test
    void shouldLoseNothingWhenTheGatewayIsKilledAgainAndAgain() {
        int rounds = Integer.getInteger("holdfast.crashes", 20);
        ledger.publish(gateway.port(), DEVICES, DEVICE_WINDOW, Long.MAX_VALUE, 1_000, true);
        for (int round = 0; round < rounds; round++) {
            pause(50, 700);
            gateway.kill();
            gateway.start();
            ledger.awaitMoreAcknowledged(1);
        }
        ledger.stopPublishing();
        Ledger.Balance balance = ledger.awaitSettled(SETTLE);

        Scene.report("1 kill -9", rounds, balance, seed);
        assertNothingLost(balance, rounds * REPEATED_BY_GATEWAY_CRASH);
    }

    @Test
    void shouldSurviveBothAtOnce() {
        ledger.publishOn(gateway.port(), DEVICES, DEVICE_WINDOW);
        ledger.awaitMoreAcknowledged(5_000);
        upstream.stop();
        gateway.kill();
        gateway.start();
        ledger.awaitMoreAcknowledged(5_000);
        gateway.kill();
        upstream.start();
        gateway.start();
        ledger.awaitMoreAcknowledged(5_000);
        ledger.stopPublishing();

        long mayRepeat = 2 * REPEATED_BY_GATEWAY_CRASH + REPEATED_BY_LINK_LOSS;
        assertNothingLost(ledger.awaitSettled(SETTLE), mayRepeat);
    }

    /** 200,000 messages of 256 bytes, 8 clients, window 64, with three crashes in the middle. */
    @Test
    void shouldDeliverTwoHundredThousandWithThreeCrashesInTheMiddle() {
        ledger.publish(gateway.port(), DEVICES, DEVICE_WINDOW, 25_000, 0, false);
        for (int crash = 1; crash <= 3; crash++) {
            long at = crash * 40_000L;
            await("so many are acknowledged")
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> ledger.balance().acknowledged() >= at);
            gateway.kill();
            gateway.start();
        }

        Ledger.Balance balance = ledger.awaitSettled(SETTLE);

        assertThat(balance.delivered()).isEqualTo(200_000);
        assertNothingLost(balance, 3 * REPEATED_BY_GATEWAY_CRASH);
    }

    @Test
    void shouldNoticeABrokerThatIsFrozen() {
        ledger.publish(gateway.port(), DEVICES, DEVICE_WINDOW, Long.MAX_VALUE, 500, true);
        ledger.awaitMoreAcknowledged(5_000);
        upstream.process().signal("STOP");
        await("the watchdog notices")
                .atMost(Duration.ofSeconds(30))
                .until(() -> gateway.route().path("lastError").asString("").contains("nothing was acknowledged"));
        ledger.awaitMoreAcknowledged(5_000);
        upstream.process().signal("CONT");
        ledger.awaitMoreAcknowledged(5_000);
        ledger.stopPublishing();

        // what the frozen broker had in its socket it delivers too when it goes on
        assertNothingLost(ledger.awaitSettled(SETTLE), 3 * REPEATED_BY_LINK_LOSS);
    }

    @Test
    void shouldNotRelyOnASessionAtTheBroker() {
        try (TcpProxy proxy = new TcpProxy(upstream.port());
                GatewayProcess behindProxy = new GatewayProcess(temp.resolve("behind-proxy"))
                        .routeTo("mqtt://127.0.0.1:" + proxy.port())
                        .start()) {
            ledger.publishOn(behindProxy.port(), DEVICES, DEVICE_WINDOW);
            ledger.awaitMoreAcknowledged(5_000);
            proxy.cut();
            await("all that the broker took has come out of it").until(() -> {
                long before = ledger.balance().delivered();
                pause(300, 301);
                return ledger.balance().delivered() == before;
            });
            upstream.close(); // with what it knew of sessions
            upstream = Mosquitto.plain(temp.resolve("upstream-2"))
                    .with("max_queued_messages 0")
                    .start();
            proxy.connectTo(upstream.port());
            ledger.subscribe(upstream.port());
            proxy.restore();
            ledger.awaitMoreAcknowledged(5_000);
            ledger.stopPublishing();

            assertNothingLost(ledger.awaitSettled(SETTLE), REPEATED_BY_LINK_LOSS);
        }
    }
}
