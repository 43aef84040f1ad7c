package dev.holdfast.brokertest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What arrives upstream: the message as the device published it, what is left of its lifetime, and its identity. */
class UpstreamContentTest {

    private static final String STAMP = "holdfast";
    private static final int WAITED_SECONDS = 2;
    private static final long EXPIRY_SECONDS = 100;

    @SuppressWarnings("NullAway.Init") // before all tests
    private static ScriptedUpstreams upstreams;

    @BeforeAll
    static void startGateway(@TempDir Path temp) {
        upstreams = new ScriptedUpstreams(temp.resolve("gateway"))
                .route("expiring")
                .route("properties")
                .route("chain")
                .route("named", ScriptedUpstreams.HASTY, "topic: \"site/{gateway}/{topic}\", stamp: false")
                .start();
    }

    @AfterAll
    static void endAll() {
        upstreams.close();
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void shouldPassOnWhatIsLeftOfTheLifetime() {
        ScriptedBroker broker = upstreams.broker("expiring");
        broker.goAway();
        try (Publisher device = upstreams.device()) {
            publishExpiring(device, "a", EXPIRY_SECONDS);
            publishExpiring(device, "brief", 1);
            publishExpiring(device, "also brief", WAITED_SECONDS);
            device.publish("expiring/t", "b");
        }
        await("they have waited")
                .until(() -> upstreams
                                .status("expiring")
                                .path("backlog")
                                .path("ageSeconds")
                                .asDouble()
                        > WAITED_SECONDS + 0.3);
        broker.comeBack();

        upstreams.awaitDelivered("expiring", 2);

        assertThat(upstreams.number("expiring", "expired")).as("accounted for").isEqualTo(2);
        assertThat(upstreams.number("expiring", "deadLetters")).isZero();
        assertThat(broker.firstArrivals()).containsExactly("a", "b");
        assertThat(broker.arrivals().get(0).properties().getMessageExpiryInterval())
                .isBetween(EXPIRY_SECONDS - WAITED_SECONDS - 12, EXPIRY_SECONDS - WAITED_SECONDS);
        assertThat(broker.arrivals().get(1).properties().getMessageExpiryInterval())
                .isNull();
        Stamp a = Stamp.of(broker.arrivals().get(0));
        Stamp b = Stamp.of(broker.arrivals().get(1));
        assertThat(b.previous())
                .as("the expired one in front of it is a gap that the consumer sees")
                .isGreaterThan(a.sequence())
                .isLessThan(b.sequence());
    }

    private static void publishExpiring(Publisher device, String text, long seconds) {
        device.publish("expiring/t", text, message -> message.getProperties().setMessageExpiryInterval(seconds));
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void shouldPassOnAllPropertiesAsTheDeviceSetThem() {
        List<UserProperty> pairs =
                List.of(new UserProperty("k", "1"), new UserProperty("unit", "°C"), new UserProperty("k", "2"));
        try (Publisher device = upstreams.device()) {
            device.publish("properties/t", "{}", message -> {
                MqttProperties properties = message.getProperties();
                properties.setContentType("application/json");
                properties.setResponseTopic("answers/7");
                properties.setCorrelationData("id-7".getBytes(UTF_8));
                properties.setPayloadFormat(true);
                properties.setUserProperties(pairs);
            });
        }

        upstreams.awaitDelivered("properties", 1);
        Arrival arrival = upstreams.broker("properties").arrivals().get(0);
        MqttProperties properties = arrival.properties();
        assertThat(arrival.topic()).isEqualTo("site/properties/t");
        assertThat(properties.getContentType()).isEqualTo("application/json");
        assertThat(properties.getResponseTopic()).isEqualTo("answers/7");
        assertThat(properties.getCorrelationData()).asString(UTF_8).isEqualTo("id-7");
        assertThat(properties.getPayloadFormat()).isTrue();
        assertThat(properties.getUserProperties().subList(0, 3)).isEqualTo(pairs);
        assertThat(properties.getUserProperties()).hasSize(4);
        assertThat(arrival.userProperty(STAMP)).hasSize(1);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void shouldStampEachMessageWithTheOneBeforeItThatTheRouteWants() {
        ScriptedBroker broker = upstreams.broker("chain");
        AtomicBoolean closed = new AtomicBoolean();
        broker.react(
                arrival -> arrival.says("m5") && closed.compareAndSet(false, true) ? Reaction.CLOSE : Reaction.ACCEPT);
        try (Publisher device = upstreams.device()) {
            for (String text : ScriptedUpstreams.texts(10)) {
                device.publish("nobody/wants", "x");
                device.publish("chain/t", text);
            }
        }

        upstreams.awaitDelivered("chain", 10);
        assertThat(broker.firstArrivals()).isEqualTo(ScriptedUpstreams.texts(10));
        List<Stamp> stamps =
                broker.arrivals().stream().map(Stamp::of).distinct().toList();
        assertThat(stamps).as("resends carry the same stamp").hasSize(10);
        assertThat(broker.arrivals()).as("there was a resend").hasSizeGreaterThan(10);
        String epoch =
                upstreams.gateway().status().path("gateway").path("epoch").asString();
        assertThat(stamps).allMatch(stamp -> stamp.origin().equals("box/default/" + epoch));
        assertThat(stamps.get(0).previous()).as("nothing before it").isZero();
        for (int i = 1; i < stamps.size(); i++) {
            assertThat(stamps.get(i).previous()).isEqualTo(stamps.get(i - 1).sequence());
            assertThat(stamps.get(i).sequence()).isGreaterThan(stamps.get(i).previous() + 1);
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void shouldNameTheGatewayInTheTopicAndLeaveTheStampOut() {
        upstreams.publish("named", List.of("a"));

        upstreams.awaitDelivered("named", 1);
        Arrival arrival = upstreams.broker("named").arrivals().get(0);
        assertThat(arrival.topic()).isEqualTo("site/box/named/t");
        assertThat(arrival.properties().getUserProperties()).isEmpty();
    }

    /** Reads {@code gateway/lane/epoch/sequence/previous}. */
    private record Stamp(String origin, long sequence, long previous) {

        static Stamp of(Arrival arrival) {
            String text = arrival.userProperty(STAMP).get(0);
            assertThat(text).matches("[^/]+/[^/]+/[0-9a-f]{16}/\\d+/\\d+");
            String[] parts = text.split("/", -1);
            return new Stamp(
                    String.join("/", parts[0], parts[1], parts[2]), Long.parseLong(parts[3]), Long.parseLong(parts[4]));
        }
    }
}
