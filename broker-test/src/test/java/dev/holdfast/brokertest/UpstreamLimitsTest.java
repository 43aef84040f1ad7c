package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The gateway keeps to what the upstream says in CONNACK that it takes. */
class UpstreamLimitsTest {

    private static final int MAXIMUM_PACKET = 300;
    private static final String PLAIN = "topic: \"site/{topic}\"";
    private static final String EXACTLY_ONCE = PLAIN + ", qos: \"2\"";

    @SuppressWarnings("NullAway.Init") // before all tests
    private static ScriptedUpstreams upstreams;

    @BeforeAll
    static void startGateway(@TempDir Path temp) {
        upstreams = new ScriptedUpstreams(temp.resolve("gateway"))
                .route("at-most-once")
                .route("at-least-once")
                .route("unlimited")
                .route("raised", ScriptedUpstreams.HASTY, EXACTLY_ONCE)
                .route("retain")
                .route("no-retain")
                .route("small")
                .route("receive-3")
                .route("receive-3-twice", ScriptedUpstreams.HASTY, EXACTLY_ONCE)
                .route("window-2", "window: 2", PLAIN)
                .route("aliases");
        upstreams.broker("at-most-once").limit(limits -> limits.setMaximumQoS(0));
        upstreams.broker("at-least-once").limit(limits -> limits.setMaximumQoS(1));
        upstreams.broker("no-retain").limit(limits -> limits.setRetainAvailable(false));
        upstreams.broker("small").limit(limits -> limits.setMaximumPacketSize((long) MAXIMUM_PACKET));
        upstreams.broker("receive-3").limit(limits -> limits.setReceiveMaximum(3));
        upstreams.broker("receive-3-twice").limit(limits -> limits.setReceiveMaximum(3));
        upstreams.broker("aliases").limit(limits -> limits.setTopicAliasMaximum(2));
        upstreams.start();
    }

    @AfterAll
    static void endAll() {
        upstreams.close();
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @CsvSource({
        "at-most-once, 0, 0, 0",
        "at-least-once, 0, 1, 1",
        "unlimited, 0, 1, 2",
        "raised, 2, 2, 2",
    })
    void shouldPublishWithAQosThatTheUpstreamTakes(String route, int of0, int of1, int of2) {
        try (Publisher device = upstreams.device()) {
            for (int qos : new int[] {0, 1, 2}) {
                device.publish(route + "/t", "q" + qos, message -> message.setQos(qos));
            }
        }

        upstreams.awaitDelivered(route, 3);
        assertThat(upstreams.broker(route).arrivals())
                .extracting(Arrival::text, Arrival::qos)
                .containsExactly(tuple("q0", of0), tuple("q1", of1), tuple("q2", of2));
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @CsvSource({"no-retain, false", "retain, true"})
    void shouldRetainOnlyWhereTheUpstreamDoes(String route, boolean retained) {
        try (Publisher device = upstreams.device()) {
            device.publish(route + "/r", "kept", message -> message.setRetained(true));
            device.publish(route + "/r", "not kept");
        }

        upstreams.awaitDelivered(route, 2);
        assertThat(upstreams.broker(route).arrivals())
                .extracting(Arrival::retain)
                .containsExactly(retained, false);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void shouldPutAsideWhatIsTooLargeForTheUpstream() {
        List<String> texts = IntStream.range(150, 280).mapToObj("x"::repeat).toList();
        upstreams.publish("small", texts);
        upstreams.publish("small", List.of("after"));

        upstreams.awaitState("small", "delivering");
        await("all are accounted for")
                .until(() -> upstreams.number("small", "delivered") + upstreams.number("small", "deadLetters")
                        == texts.size() + 1);
        List<Arrival> arrivals = upstreams.broker("small").arrivals();
        assertThat(arrivals).allMatch(arrival -> arrival.packetBytes() <= MAXIMUM_PACKET);
        int fitting = arrivals.size() - 1;
        assertThat(arrivals.get(fitting - 1).packetBytes())
                .as("the largest that fits was sent")
                .isGreaterThan(MAXIMUM_PACKET - 3);
        assertThat(upstreams.broker("small").firstArrivals().subList(0, fitting))
                .isEqualTo(texts.subList(0, fitting));
        assertThat(arrivals.get(fitting).text()).isEqualTo("after");
        assertThat(upstreams.number("small", "deadLetters")).isEqualTo(texts.size() - fitting);
        assertThat(upstreams.status("small").path("lastDeadLetter").asString())
                .matches("it needs a packet of 3\\d\\d bytes, the broker's Maximum Packet Size is 300");
        assertThat(upstreams.broker("small").connects())
                .as("no link was lost for it")
                .isOne();
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @CsvSource({"receive-3, 3", "receive-3-twice, 3", "window-2, 2"})
    void shouldHaveNoMoreInFlightThanTheUpstreamOrTheRouteAllows(String route, int most) {
        ScriptedBroker broker = upstreams.broker(route);
        broker.react(arrival -> new Reaction.Later(Duration.ofMillis(20), Reaction.ACCEPT));

        upstreams.publish(route, ScriptedUpstreams.texts(60));

        upstreams.awaitDelivered(route, 60);
        assertThat(broker.mostUnacknowledged()).isEqualTo(most);
        assertThat(broker.firstArrivals()).isEqualTo(ScriptedUpstreams.texts(60));
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void shouldUseNoMoreTopicAliasesThanTheUpstreamAllows() {
        List<String> topics = IntStream.range(0, 60)
                .mapToObj(i -> "aliases/" + (i % 3 == 0 ? i % 7 : 1))
                .toList();
        try (Publisher device = upstreams.device()) {
            topics.forEach(topic -> device.publish(topic, topic));
        }

        upstreams.awaitDelivered("aliases", topics.size());
        List<Arrival> arrivals = upstreams.broker("aliases").arrivals();
        assertThat(arrivals).extracting(Arrival::text).isEqualTo(topics);
        assertThat(arrivals).allMatch(arrival -> arrival.topic().equals("site/" + arrival.text()));
        assertThat(arrivals)
                .extracting(arrival -> arrival.properties().getTopicAlias())
                .filteredOn(alias -> alias != null)
                .allMatch(alias -> alias <= 2);
    }
}
