package dev.holdfast.gateway.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Netty's codec encodes, in whatever pieces it arrives, must be stored as it was meant. */
class DifferentialTest {

    private static final FrontDoorOptions OPTIONS = new FrontDoorOptions(
            List.of(TestDoor.listener()),
            new Limits(
                    Limits.defaults().connections(),
                    new Limits.Messages(1_024, 8_192, 16, 4 << 10, 64, 64, 16 << 10),
                    Limits.Rate.UNLIMITED,
                    Limits.defaults().sessions()),
            2);

    private final ManualIntake intake = ManualIntake.committingAtOnce();

    @ParameterizedTest
    @CsvSource({
        "1, MQTT_5, 1, 100, 60",
        "2, MQTT_3_1_1, 1, 100, 60",
        "3, MQTT_5, 7, 300, 200",
        "4, MQTT_3_1_1, 7, 300, 200",
        "5, MQTT_5, 300, 1000, 400",
        "6, MQTT_3_1_1, 300, 1000, 400",
        "7, MQTT_5, 5000, 50000, 400",
        "8, MQTT_3_1_1, 5000, 50000, 400",
        "9, MQTT_5, 200000, 2000, 600"
    })
    void shouldStoreWhatNettyEncodes(long seed, MqttVersion version, int maxRead, int maxPayload, int count) {
        Random random = new Random(seed);
        List<RandomPublish.Sent> sent = sentBy(new RandomPublish(random, version, 16), maxPayload, count);
        byte[] stream = joined(sent);
        EmbeddedDoor door = new EmbeddedDoor(intake, OPTIONS);
        EmbeddedDoor.Client client = door.login(Login.of(version, "c"));
        assertThat(client.answers()).containsExactly("CONNACK");

        for (int at = 0; at < stream.length; ) {
            int to = Math.min(stream.length, at + 1 + random.nextInt(maxRead));
            client.sendInOneRead(stream, at, to);
            at = to;
        }

        assertThat(client.answers()).containsExactlyElementsOf(acknowledgementsOf(sent));
        assertStored(sent);
    }

    @ParameterizedTest
    @CsvSource({"11, MQTT_5", "12, MQTT_3_1_1"})
    void shouldStoreWhatNettyEncodesOverARealSocket(long seed, MqttVersion version) {
        Random random = new Random(seed);
        List<RandomPublish.Sent> sent = sentBy(new RandomPublish(random, version, 16), 3_000, 300);
        byte[] stream = joined(sent);
        try (TestDoor door = TestDoor.over(intake, OPTIONS)) {
            RawClient client = door.connect(Login.of(version, "c"));

            for (int at = 0; at < stream.length; ) {
                int to = Math.min(stream.length, at + 1 + random.nextInt(2_000));
                client.send(Arrays.copyOfRange(stream, at, to));
                at = to;
            }

            acknowledgementsOf(sent).forEach(client::expect);
            client.expectNoAnswerYet();
        }
        assertStored(sent);
    }

    private static List<RandomPublish.Sent> sentBy(RandomPublish source, int maxPayload, int count) {
        List<RandomPublish.Sent> sent = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sent.add(source.next(maxPayload));
        }
        return sent;
    }

    private static byte[] joined(List<RandomPublish.Sent> sent) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        sent.forEach(publish -> stream.writeBytes(publish.packet()));
        return stream.toByteArray();
    }

    private static List<String> acknowledgementsOf(List<RandomPublish.Sent> sent) {
        return sent.stream()
                .map(RandomPublish.Sent::acknowledgement)
                .filter(answer -> !answer.isEmpty())
                .toList();
    }

    private void assertStored(List<RandomPublish.Sent> sent) {
        List<StoredMessage> stored = intake.stored();
        assertThat(stored).hasSameSizeAs(sent);
        for (int i = 0; i < sent.size(); i++) {
            StoredMessage got = stored.get(i);
            RandomPublish.Sent wanted = sent.get(i);
            assertThat(got.topic()).as("topic of %d", i).isEqualTo(wanted.topic());
            assertThat(got.qos()).as("qos of %d", i).isEqualTo(wanted.qos());
            assertThat(got.retain()).as("retain of %d", i).isEqualTo(wanted.retain());
            assertThat(got.payload()).as("payload of %d", i).isEqualTo(wanted.payload());
            assertThat(properties(got)).as("properties of %d", i).isEqualTo(wanted.properties());
        }
    }

    private static List<String> properties(StoredMessage message) {
        byte[] packet = Wire.bytes("30 [ <'t'> [ " + message.properties() + " ] ]");
        MqttPublishMessage decoded = (MqttPublishMessage) NettyCodec.decode(MqttVersion.MQTT_5, packet);
        return NettyCodec.describe(decoded.variableHeader().properties());
    }
}
