package dev.holdfast.brokertest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.brokertest.Subscriber.Arrival;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What devices of other makers publish to the gateway comes out of Mosquitto as they meant it. */
class DeviceTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    @TempDir
    private static Path temp = Path.of("");

    @SuppressWarnings("NullAway.Init") // before all tests
    private static Mosquitto upstream;

    @SuppressWarnings("NullAway.Init") // before all tests
    private static GatewayProcess gateway;

    @SuppressWarnings("NullAway.Init") // before each test
    private Subscriber subscriber;

    /** Speaks MQTT 5. */
    @SuppressWarnings("NullAway.Init") // before each test
    private MqttClient device;

    @BeforeAll
    static void startServers() {
        upstream = Mosquitto.persistent(temp.resolve("upstream"))
                .with("log_type all") // also who subscribes to what
                .start();
        gateway = new GatewayProcess(temp.resolve("gateway"))
                .routeTo(upstream.url())
                .route("name: plain, topics: [\"größe/#\"], "
                        + "sink: {type: mqtt, url: \"%s\", topic: \"plain/{topic}\", retain: clear}"
                                .formatted(upstream.url()));
        gateway.start();
    }

    @AfterAll
    static void endServers() {
        gateway.close();
        upstream.close();
    }

    @BeforeEach
    void startClients() throws MqttException {
        subscriber = new Subscriber(upstream.port());
        device = new MqttClient(
                "tcp://127.0.0.1:" + gateway.port(),
                "device-5",
                new org.eclipse.paho.mqttv5.client.persist.MemoryPersistence());
    }

    @AfterEach
    void endClients() throws MqttException {
        device.close(true);
        subscriber.close();
    }

    /** The servers are shared, the topics of the tests differ. */
    private List<Arrival> arrivals(String topic) {
        return subscriber.arrivals().stream()
                .filter(arrival -> arrival.topic().equals(topic))
                .toList();
    }

    private Arrival onlyArrival(String topic) {
        await("a message arrives at " + topic)
                .atMost(TIMEOUT)
                .until(() -> !arrivals(topic).isEmpty());
        assertThat(arrivals(topic)).hasSize(1);
        return arrivals(topic).get(0);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private org.eclipse.paho.client.mqttv3.MqttClient device3() throws org.eclipse.paho.client.mqttv3.MqttException {
        return new org.eclipse.paho.client.mqttv3.MqttClient(
                "tcp://127.0.0.1:" + gateway.port(),
                "device-3",
                new org.eclipse.paho.client.mqttv3.persist.MemoryPersistence());
    }

    @ParameterizedTest
    @CsvSource({"0,false", "1,false", "2,true"})
    void shouldForwardWhatPahoPublishesWithMqtt311(int qos, boolean retain)
            throws org.eclipse.paho.client.mqttv3.MqttException {
        try (org.eclipse.paho.client.mqttv3.MqttClient device3 = device3()) {
            MqttConnectOptions options = new MqttConnectOptions();
            options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
            device3.connect(options);
            device3.publish("größe/" + qos, bytes("21,4 °C"), qos, retain);
            device3.disconnect();
        }

        Arrival arrival = onlyArrival("site/größe/" + qos);

        assertThat(arrival.text()).isEqualTo("21,4 °C");
        assertThat(arrival.message().getQos()).isEqualTo(qos);
        assertThat(arrival.userProperties()).isEmpty();
        assertThat(arrival.stamp()).matches("box/default/[0-9a-f]{16}/\\d+/\\d+");
        onlyArrival("plain/größe/" + qos);
        assertThat(retainedUpstream("größe/" + qos))
                .as("retained by the route that keeps the flag, not by the one that clears it")
                .isEqualTo(retain ? "site/größe/" + qos + "\n" : "");
    }

    /** Topics of what a new subscriber is given at once. */
    private static String retainedUpstream(String topic) {
        String sub = "mosquitto_sub -p %d -t '+/%s' -F %%t -W 1 2>/dev/null".formatted(upstream.port(), topic);
        return ManagedProcess.run("sh", "-c", sub + " || [ $? -eq 27 ]"); // 27 says that a second has gone by
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void shouldForwardAllThatPahoPublishesWithMqtt5(int qos) throws MqttException {
        MqttProperties properties = new MqttProperties();
        properties.setContentType("application/json");
        properties.setResponseTopic("answers/box");
        properties.setCorrelationData(new byte[] {0, 1, (byte) 0xff});
        properties.setPayloadFormat(true);
        properties.setMessageExpiryInterval(600L);
        List<UserProperty> userProperties = List.of(
                new UserProperty("b", "1"),
                new UserProperty("a", "2"),
                new UserProperty("b", "3"),
                new UserProperty("", "ü"));
        properties.setUserProperties(userProperties);
        device.connect();
        device.publish("properties/" + qos, new MqttMessage(bytes("{}"), qos, false, properties));
        device.disconnect();

        Arrival arrival = onlyArrival("site/properties/" + qos);

        MqttProperties arrived = arrival.message().getProperties();
        assertThat(arrival.text()).isEqualTo("{}");
        assertThat(arrival.message().getQos()).isEqualTo(qos);
        assertThat(arrived.getContentType()).isEqualTo("application/json");
        assertThat(arrived.getResponseTopic()).isEqualTo("answers/box");
        assertThat(arrived.getCorrelationData()).containsExactly(0, 1, 0xff);
        assertThat(arrived.getPayloadFormat()).isTrue();
        assertThat(arrived.getMessageExpiryInterval()).isBetween(590L, 600L);
        assertThat(arrival.userProperties()).isEqualTo(userProperties);
    }

    /** With an alias mosquitto_pub names the topic in its first PUBLISH only. */
    @Test
    void shouldResolveTopicAliases() {
        String pub = "mosquitto_pub -V mqttv5 -p %d -t alias -m 21.4 -q 1 -D publish topic-alias 1 --repeat 3"
                .formatted(gateway.port());
        ManagedProcess.run(pub.split(" ", -1));

        await("all arrive").atMost(TIMEOUT).until(() -> arrivals("site/alias").size() == 3);
        assertThat(arrivals("site/alias")).extracting(Arrival::text).containsOnly("21.4");
    }

    @Test
    void shouldRefuseASubscriptionAndLetTheConnectionLiveOn() throws MqttException {
        device.connect();

        int[] reasons = device.subscribe("sensors/1", 1).getReasonCodes();
        device.publish("lives-on", bytes("after"), 1, false);

        assertThat(reasons).containsExactly(0x83);
        assertThat(onlyArrival("site/lives-on").text()).isEqualTo("after");
        device.disconnect();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqttv311", "mqttv5"})
    void shouldServeTheToolsOfMosquitto(String version) {
        String sub = "mosquitto_sub -p %d -t site/%s/1 -q 2 -C 2 -F %%t|%%q|%%p".formatted(upstream.port(), version);
        String pub = "mosquitto_pub -V %s -p %d -t %s/1 -m 21.4 -q".formatted(version, gateway.port(), version);
        try (ManagedProcess subscribed = ManagedProcess.start(temp.resolve(version + ".log"), sub.split(" ", -1))) {
            await("it has subscribed").until(() -> upstream.process().log().contains("site/" + version + "/1 (QoS 2)"));

            ManagedProcess.run((pub + " 1").split(" ", -1));
            ManagedProcess.run((pub + " 2").split(" ", -1));

            assertThat(subscribed.awaitExit()).as(subscribed.log()).isZero();
            assertThat(subscribed.log()).isEqualTo("site/%1$s/1|1|21.4\nsite/%1$s/1|2|21.4\n".formatted(version));
        }
    }

    @Test
    void shouldRefuseASubscriptionOfMosquittoSub() {
        try (ManagedProcess sub = ManagedProcess.start(
                temp.resolve("refused.log"),
                "mosquitto_sub",
                "-p",
                Integer.toString(gateway.port()),
                "-t",
                "sensors/#",
                "-d")) {

            sub.awaitExit();

            assertThat(sub.log()).contains("All subscription requests were denied.");
        }
    }
}
