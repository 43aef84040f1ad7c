package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An upstream that refuses the route as a whole costs time and nothing else: no message is lost or put aside for it. */
class UpstreamRefusalTest {

    private static final List<Integer> PUBLISH_CODES = List.of(0x80, 0x83, 0x87, 0x97);
    private static final List<Integer> CONNECT_CODES = List.of(0x86, 0x97, 0x9F);
    private static final int MESSAGES = 20;

    @SuppressWarnings("NullAway.Init") // before all tests
    private static ScriptedUpstreams upstreams;

    @BeforeAll
    static void startGateway(@TempDir Path temp) {
        upstreams = new ScriptedUpstreams(temp.resolve("gateway")).route("cautious");
        PUBLISH_CODES.forEach(code -> upstreams.route("publish" + code));
        CONNECT_CODES.forEach(code -> upstreams.route("connect" + code));
        upstreams.start();
    }

    @AfterAll
    static void endAll() {
        upstreams.close();
    }

    private static void assertAllArriveInOrder(String route) {
        upstreams.awaitDelivered(route, MESSAGES);
        upstreams.awaitState(route, "delivering");
        assertThat(upstreams.lastError(route)).isEmpty();
        assertThat(upstreams.broker(route).firstArrivals()).isEqualTo(ScriptedUpstreams.texts(MESSAGES));
        assertThat(upstreams.number(route, "deadLetters")).isZero();
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @CsvSource({
        "0x80, unspecified error (0x80)",
        "0x83, implementation specific error (0x83)",
        "0x87, not authorized (0x87)",
        "0x97, quota exceeded (0x97)"
    })
    void shouldPauseWhenPublishesAreRefused(int code, String why) {
        String route = "publish" + code;
        ScriptedBroker broker = upstreams.broker(route);
        broker.react(arrival -> new Reaction.Answer(code, "not\nnow"));

        upstreams.publish(route, ScriptedUpstreams.texts(MESSAGES));

        upstreams.awaitState(route, "paused");
        assertThat(upstreams.lastError(route)).isEqualTo("the broker refuses: " + why + ", \"not?now\"");

        broker.react(arrival -> Reaction.ACCEPT);

        assertAllArriveInOrder(route);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void shouldTryOneMessageAtATimeWhilePaused() {
        ScriptedBroker broker = upstreams.broker("cautious");
        broker.goAway();
        broker.react(arrival -> Reaction.refuse(0x97));
        upstreams.publish("cautious", ScriptedUpstreams.texts(MESSAGES));
        broker.comeBack();

        upstreams.awaitState("cautious", "paused");
        await("it tries again").until(() -> broker.count("m0") >= 2);

        assertThat(upstreams.status("cautious").path("state").asString()).isEqualTo("paused");
        assertThat(broker.count("m1")).as("only the first window was full").isOne();
        assertThat(broker.count("m8")).as("not in the first window").isZero();

        broker.react(arrival -> Reaction.ACCEPT);

        assertAllArriveInOrder("cautious");
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @CsvSource({
        "0x86, paused, bad user name or password (0x86)",
        "0x97, retrying, quota exceeded (0x97)",
        "0x9F, retrying, connection rate exceeded (0x9f)"
    })
    void shouldShowWhyTheConnectionIsRefused(int code, String state, String why) {
        String route = "connect" + code;
        ScriptedBroker broker = upstreams.broker(route);
        upstreams.awaitState(route, "delivering");
        broker.answerConnect(code);
        broker.disconnectAll();

        upstreams.awaitLastError(route, broker.url() + ": the broker refuses the connection: " + why);
        upstreams.awaitState(route, state);
        upstreams.publish(route, ScriptedUpstreams.texts(MESSAGES));
        broker.answerConnect(0);

        assertAllArriveInOrder(route);
    }
}
