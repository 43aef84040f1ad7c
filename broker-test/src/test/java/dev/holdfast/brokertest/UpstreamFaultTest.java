package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.gateway.load.Fleet;
import dev.holdfast.gateway.load.FleetOptions;
import dev.holdfast.gateway.load.Ledger;
import dev.holdfast.gateway.load.Stamp;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** An upstream that breaks down or breaks the rules costs repetitions and time; nothing is lost, reordered or put aside. */
class UpstreamFaultTest {

    private static final int WINDOW = 32;
    private static final int DEVICES = 4;
    private static final int MESSAGES_PER_DEVICE = 400;
    private static final int MESSAGES = 12;

    /** What upstreams do with every message, for as long as nobody mends them. */
    private static final Map<String, Reaction> BROKEN =
            Map.of("closing", Reaction.CLOSE, "confused", Reaction.WRONG_ID, "silent", Reaction.SILENCE);

    @SuppressWarnings("NullAway.Init") // before all tests
    private static ScriptedUpstreams upstreams;

    @BeforeAll
    static void breakAll(@TempDir Path temp) {
        String options = "topic: \"site/{topic}\"";
        upstreams = new ScriptedUpstreams(temp.resolve("gateway"))
                .route("moody", "window: " + WINDOW + ", ack-timeout: 1s", options)
                .route("mended")
                .route("full", "window: 512", options);
        BROKEN.keySet().forEach(route -> upstreams.route(route, "attempts: 1, window: 8, ack-timeout: 1s", options));
        upstreams.start();
        BROKEN.forEach((route, reaction) -> {
            upstreams.broker(route).react(arrival -> reaction);
            upstreams.publish(route, ScriptedUpstreams.texts(MESSAGES));
        });
    }

    @AfterAll
    static void endAll() {
        upstreams.close();
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void shouldLoseNothingWhenTheUpstreamClosesAtAnyMessage() throws InterruptedException {
        long seed = Long.getLong("holdfast.seed", System.nanoTime());
        Random random = new Random(seed);
        Ledger ledger = new Ledger(DEVICES);
        AtomicInteger closes = new AtomicInteger();
        upstreams.broker("moody").react(arrival -> {
            int mood = random.nextInt(200);
            if (mood > 0) {
                ledger.arrived(Objects.requireNonNull(Stamp.read(arrival.payload())));
            }
            if (mood > 1) {
                return Reaction.ACCEPT;
            }
            closes.incrementAndGet();
            return Reaction.CLOSE;
        });
        FleetOptions options = new FleetOptions(
                Ports.address(upstreams.gateway().port()),
                DEVICES,
                true,
                WINDOW,
                MESSAGES_PER_DEVICE,
                0,
                64,
                1,
                "moody/",
                "sensor-");
        try (Fleet fleet = new Fleet(options, ledger)) {
            fleet.start();
            assertThat(fleet.awaitDone(Duration.ofSeconds(20))).isTrue();
            upstreams.awaitDelivered("moody", DEVICES * (long) MESSAGES_PER_DEVICE);
        }

        Ledger.Balance balance = ledger.balance();
        String context = "%s, %s closes, seed %d".formatted(balance, closes, seed);
        assertThat(balance.lost()).as(context).isZero();
        assertThat(balance.outOfOrder()).as(context).isZero();
        assertThat(balance.delivered()).as(context).isEqualTo(DEVICES * (long) MESSAGES_PER_DEVICE);
        assertThat(balance.duplicates()).as(context).isLessThanOrEqualTo(closes.get() * (long) WINDOW);
        assertThat(closes.get()).as(context).isPositive();
        assertThat(upstreams.number("moody", "deadLetters")).as(context).isZero();
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void shouldPutNothingAsideWhenEveryMessageFaresIll() {
        assertIsPaused("closing", "closed");
        assertIsPaused("confused", "unknown packet identifier");
        assertDoesNotDeliver("silent", "retrying", "connected, but nothing was acknowledged for");

        BROKEN.keySet().forEach(route -> upstreams.broker(route).react(arrival -> Reaction.ACCEPT));

        for (String route : BROKEN.keySet()) {
            upstreams.awaitDelivered(route, MESSAGES);
            assertInOrderButForAProbe(upstreams.broker(route).firstAccepted(), !route.equals("silent"));
            assertThat(upstreams.number(route, "deadLetters")).isZero();
            upstreams.awaitState(route, "delivering");
        }
    }

    /** A route whose upstream closes may be trying one behind its turn in the moment in which the upstream is mended. */
    private static void assertInOrderButForAProbe(List<String> accepted, boolean mayProbe) {
        List<String> expected = new ArrayList<>(ScriptedUpstreams.texts(MESSAGES));
        String first = accepted.get(0);
        if (mayProbe && expected.remove(first)) {
            expected.add(0, first);
        }
        assertThat(accepted).isEqualTo(expected);
    }

    private static void assertIsPaused(String route, String why) {
        assertDoesNotDeliver(route, "paused", why);
    }

    private static void assertDoesNotDeliver(String route, String state, String why) {
        upstreams.awaitState(route, state);
        assertThat(upstreams.lastError(route)).containsIgnoringCase(why);
        assertThat(upstreams.number(route, "deadLetters")).isZero();
        assertThat(upstreams.number(route, "delivered")).isZero();
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void shouldNotPutAsideTheMessageThatWasSentWhileTheUpstreamWasBroken() {
        ScriptedBroker broker = upstreams.broker("mended");
        broker.react(arrival -> broker.count("m1") == 0 ? Reaction.CLOSE : Reaction.ACCEPT); // m1 is the probe
        upstreams.publish("mended", ScriptedUpstreams.texts(MESSAGES));

        upstreams.awaitDelivered("mended", MESSAGES);

        assertThat(broker.count("m0")).as("m0 was under suspicion").isGreaterThan(3);
        assertThat(upstreams.number("mended", "deadLetters")).isZero();
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void shouldComeBackSoonWhenALinkWithAFullWindowIsLost() {
        ScriptedBroker broker = upstreams.broker("full");
        broker.react(arrival -> Reaction.SILENCE);
        upstreams.publish("full", ScriptedUpstreams.texts(100));
        await("all are in flight").until(() -> broker.mostUnacknowledged() == 100);
        broker.react(arrival -> Reaction.ACCEPT);

        broker.disconnectAll();

        await("it is back after one short wait, not one for each message")
                .atMost(Duration.ofSeconds(3))
                .until(() -> broker.connects() == 2);
        upstreams.awaitDelivered("full", 100);
        assertThat(broker.firstArrivals()).isEqualTo(ScriptedUpstreams.texts(100));
        assertThat(broker.arrivals()).as("each was sent twice").hasSize(200);
    }
}
