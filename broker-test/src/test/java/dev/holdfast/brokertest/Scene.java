package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.gateway.load.Ledger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;

/**
 * A gateway between devices and a broker, with a link to that broker that can be cut, a ledger that judges, and a seed for
 * all that is left to chance: the place of the tests that do harm to a gateway.
 */
final class Scene implements AutoCloseable {

    static final int DEVICES = 8;
    static final int DEVICE_WINDOW = 64;

    /** What was in flight when the link broke is sent again. */
    static final long REPEATED_BY_LINK_LOSS = 512;

    /** Also progress that was not written yet, and what the devices had sent, which they send again. */
    static final long REPEATED_BY_CRASH = REPEATED_BY_LINK_LOSS + 1_000 + 1_500 + DEVICES * (long) DEVICE_WINDOW;

    private static final Duration SETTLE = Duration.ofMinutes(2);

    /** What the gateway has delivered, the ledger has soon. */
    private static final Duration LAST_ARRIVALS = Duration.ofSeconds(3);

    private final long seed = Long.getLong("holdfast.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Mosquitto upstream;
    private final TcpProxy link;
    private final LedgerProcess ledger;
    private final GatewayProcess gateway;

    /** A scene with everything but the gateway running. */
    Scene(Path directory) {
        this(directory, LedgerProcess.PAYLOAD_BYTES);
    }

    /** One whose devices send payloads of so many bytes. */
    Scene(Path directory, int payloadBytes) {
        upstream = Mosquitto.persistent(directory.resolve("upstream")).start();
        link = new TcpProxy(upstream.port());
        ledger = new LedgerProcess(directory, LedgerProcess.DEVICES, payloadBytes);
        ledger.subscribe(upstream.port());
        gateway = new GatewayProcess(directory.resolve("gateway"))
                .routeTo("mqtt://127.0.0.1:" + link.port(), "ack-timeout: 3s");
    }

    GatewayProcess gateway() {
        return gateway;
    }

    LedgerProcess ledger() {
        return ledger;
    }

    long seed() {
        return seed;
    }

    Random random() {
        return random;
    }

    /** The devices publish until they are told to stop. */
    void publish(double messagesPerSecondOfEach) {
        ledger.publish(gateway.port(), DEVICES, DEVICE_WINDOW, Long.MAX_VALUE, messagesPerSecondOfEach, true);
    }

    int upstreamPort() {
        return upstream.port();
    }

    /** Where the gateway finds its upstream. */
    int linkPort() {
        return link.port();
    }

    void cutLink() {
        link.cut();
    }

    void restoreLink() {
        link.restore();
    }

    /** Lets a while go by, of a length that is left to chance. */
    void pause(int fromMillis, int toMillis) {
        Duration pause = Duration.ofMillis(fromMillis + random.nextInt(toMillis - fromMillis));
        await("a while under load").pollDelay(pause).until(() -> true);
    }

    /** Lets the devices send nothing new, waits until all is home, and says what came of it. */
    Ledger.Balance settle(String fault, long rounds) {
        ledger.stopPublishing();
        return report(fault, rounds, ledger.awaitSettled(SETTLE));
    }

    /** As {@link #settle}, when something is lost and can't be waited for. */
    Ledger.Balance settleWithLosses(String fault, long rounds) {
        return report(fault, rounds, awaitDrained());
    }

    /** Lets the devices send nothing new, and waits until nothing waits in the gateway. */
    Ledger.Balance awaitDrained() {
        ledger.stopPublishing();
        await("everything that was sent is acknowledged, and the gateway has nothing more to deliver")
                .atMost(SETTLE)
                .until(() -> ledger.isDone() && isDrained());
        return ledger.awaitSettled(LAST_ARRIVALS);
    }

    boolean isDrained() {
        return gateway.route().path("backlog").path("messages").asLong() == 0
                && gateway.route().path("inFlight").asLong() == 0;
    }

    Ledger.Balance report(String fault, long rounds, Ledger.Balance balance) {
        report(fault, rounds, balance, seed);
        return balance;
    }

    /** Says what docs/RELIABILITY.md is to say. */
    static void report(String fault, long rounds, Ledger.Balance balance, long seed) {
        System.out.printf(
                "FAULT %s: rounds=%d acknowledged=%d lost=%d duplicates=%d outOfOrder=%d damaged=%d seed=%d%n",
                fault,
                rounds,
                balance.acknowledged(),
                balance.lost(),
                balance.duplicates(),
                balance.outOfOrder(),
                balance.damaged(),
                seed);
    }

    /** Everything has arrived as it was sent, in order, and no more of it twice than may be. */
    void assertNothingLost(Ledger.Balance balance, long mayRepeat) {
        String context = "%s, seed %d, gateway log %s".formatted(balance, seed, gateway.directory());
        assertThat(balance.lost()).as("lost: %s", context).isZero();
        assertThat(balance.outOfOrder()).as("out of order: %s", context).isZero();
        assertThat(balance.misacknowledged()).as("misacknowledged: %s", context).isZero();
        assertThat(balance.refused()).as("refused: %s", context).isZero();
        assertThat(balance.damaged()).as("damaged: %s", context).isZero();
        assertThat(balance.duplicates()).as("duplicates: %s", context).isLessThanOrEqualTo(mayRepeat);
        assertThat(balance.delivered()).as("delivered: %s", context).isEqualTo(balance.sent());
    }

    /** What a crash leaves of a commit that nobody was told of is no damage, and never told as such. */
    void assertNoDamage() {
        assertThat(gateway.log())
                .as("damage, seed %d, gateway log %s", seed, gateway.directory())
                .doesNotContain("can't be believed", "can't be read", "salvaged");
    }

    @Override
    public void close() {
        ledger.close();
        gateway.close();
        link.close();
        upstream.close();
    }
}
