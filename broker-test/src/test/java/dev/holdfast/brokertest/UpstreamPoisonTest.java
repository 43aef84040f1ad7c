package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A message that the upstream never takes becomes a dead letter, no other does, and the others arrive in order. The routes
 * get their poison all at once, because each needs some seconds to find it; each test looks at one.
 */
class UpstreamPoisonTest {

    private static final List<String> GOOD = List.of("a", "b", "c", "d");

    /** What each route's upstream does with the poison. 0x95 is no code that a PUBACK may have: the client closes. */
    private static final Map<String, Reaction> REACTIONS = Map.of(
            "closed",
            Reaction.CLOSE,
            "wrong-id",
            Reaction.WRONG_ID,
            "disconnected",
            new Reaction.Disconnect(0x95),
            "code-90",
            new Reaction.Answer(0x90, "no such\nroom"),
            "code-95",
            Reaction.refuse(0x95),
            "code-99",
            Reaction.refuse(0x99));

    @SuppressWarnings("NullAway.Init") // before all tests
    private static ScriptedUpstreams upstreams;

    @BeforeAll
    static void poisonAll(@TempDir Path temp) {
        upstreams = new ScriptedUpstreams(temp.resolve("gateway")).route("last").route("expired");
        REACTIONS.keySet().forEach(upstreams::route);
        upstreams.start();
        REACTIONS.forEach(UpstreamPoisonTest::answerPoison);
        try (Publisher device = upstreams.device()) {
            REACTIONS.keySet().forEach(route -> device.publish(route + "/t", "a", "b", "poison", "c", "d"));
        }
    }

    @AfterAll
    static void endAll() {
        upstreams.close();
    }

    private static void answerPoison(String route, Reaction reaction) {
        upstreams.broker(route).react(arrival -> arrival.says("poison") ? reaction : Reaction.ACCEPT);
    }

    private static void assertOnlyPoisonIsPutAside(String route, String why) {
        assertOnlyPoisonIsPutAside(route, why, GOOD);
    }

    private static void assertOnlyPoisonIsPutAside(String route, String why, List<String> good) {
        upstreams.awaitDeadLetters(route, 1);
        upstreams.awaitDelivered(route, good.size());
        assertThat(upstreams.broker(route).firstArrivals())
                .filteredOn(text -> !text.equals("poison"))
                .isEqualTo(good);
        upstreams.awaitState(route, "delivering");
        assertThat(upstreams.status(route).path("lastDeadLetter").asString("")).contains(why);
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @CsvSource({
        "code-90, 'the broker refuses: topic name invalid (0x90), \"no such?room\"'",
        "code-99, 'the broker refuses: payload format invalid (0x99)'"
    })
    void shouldPutAsideAtOnceWhatTheUpstreamRefusesForGood(String route, String why) {
        assertOnlyPoisonIsPutAside(route, why);

        assertThat(upstreams.broker(route).count("poison"))
                .as("times it was sent")
                .isOne();
        assertThat(upstreams.broker(route).connects()).isOne();
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @CsvSource({"closed", "disconnected", "code-95", "wrong-id"})
    void shouldPutAsideTheMessageForWhichTheLinkEnds(String route) {
        await("the poison has ended the link")
                .until(() -> upstreams.broker(route).count("poison") >= 2);
        upstreams.publish(route, List.of("e")); // c and d may have got through before the link was lost

        assertOnlyPoisonIsPutAside(
                route,
                "the other side closed the link each of the 3 times it was sent",
                List.of("a", "b", "c", "d", "e"));

        // three times before the route sends one at a time, then as often as attempts says; and if a and b come apart,
        // each
        // of them begins the count anew
        assertThat(upstreams.broker(route).count("poison"))
                .as("times it was sent")
                .isBetween(2L, 9L);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void shouldPutAsideTheLastMessageAsSoonAsAnotherProvesTheUpstreamWell() {
        answerPoison("last", Reaction.CLOSE);
        upstreams.publish("last", List.of("a", "b", "poison"));
        await("it was tried more often than attempts says")
                .atMost(Duration.ofSeconds(20))
                .until(() -> upstreams.broker("last").count("poison") >= 3);
        assertThat(upstreams.number("last", "deadLetters")).isZero();

        upstreams.publish("last", List.of("c", "d"));

        assertOnlyPoisonIsPutAside("last", "accepted a message behind it");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void shouldNotPutAsideTheExpiredMessageInFrontOfAPoison() {
        ScriptedBroker broker = upstreams.broker("expired");
        Reaction late = new Reaction.Later(Duration.ofMillis(300), Reaction.ACCEPT);
        broker.react(arrival -> arrival.says("poison") ? Reaction.refuse(0x99) : late);
        broker.goAway();
        try (Publisher device = upstreams.device()) {
            device.publish("expired/t", "a");
            device.publish(
                    "expired/t", "brief", message -> message.getProperties().setMessageExpiryInterval(1L));
            device.publish("expired/t", "poison");
        }
        await("it has expired")
                .until(() -> upstreams
                                .status("expired")
                                .path("backlog")
                                .path("ageSeconds")
                                .asDouble()
                        > 1.5);

        broker.comeBack();

        upstreams.awaitDelivered("expired", 1);
        upstreams.awaitDeadLetters("expired", 1);
        assertThat(upstreams.number("expired", "expired")).isOne();
        assertThat(broker.firstArrivals()).containsExactly("a", "poison");
    }
}
