package dev.holdfast.gateway.ingest.mqtt;

import io.netty.handler.codec.mqtt.MqttVersion;
import org.jspecify.annotations.Nullable;

/**
 * Sends what no client should send, checks the end that the standard names for it, and that another client is served as
 * before.
 */
final class MalformedTable implements AutoCloseable {

    private static final String PLAIN_CLOSE = "closed";

    /**
     * A case.
     *
     * @param rule the statement or section of the standard that is broken, of MQTT 5 unless it says otherwise
     * @param version the version that the client speaks
     * @param connected whether it is sent behind a CONNECT that was accepted
     * @param bytes in the notation of {@link Wire}
     * @param answer what the server says before it closes
     */
    record Row(String rule, MqttVersion version, boolean connected, String bytes, String answer) {

        @Override
        public String toString() {
            String when = connected ? "" : " as first packet";
            String shown = bytes.length() > 60 ? bytes.substring(0, 60) + "..." : bytes;
            return rule + (version == MqttVersion.MQTT_5 ? " v5" : " v3") + when + ": " + shown + " -> " + answer;
        }
    }

    private final ManualIntake intake = ManualIntake.committingAtOnce();
    private final TestDoor door = TestDoor.over(intake);
    private final RawClient neighbour = door.connect5("neighbour");
    private int neighbourMessages;

    /** Behind CONNECT of MQTT 5; the code is that of DISCONNECT. */
    static Row five(String rule, String bytes, int code) {
        return new Row(rule, MqttVersion.MQTT_5, true, bytes, "DISCONNECT 0x%02x".formatted(code));
    }

    /** Behind CONNECT of 3.1.1, which knows no answer but the close. */
    static Row three(String rule, String bytes) {
        return new Row(rule, MqttVersion.MQTT_3_1_1, true, bytes, PLAIN_CLOSE);
    }

    /** Instead of CONNECT of MQTT 5; the code is that of CONNACK. */
    static Row firstOfFive(String rule, String bytes, int code) {
        return new Row(rule, MqttVersion.MQTT_5, false, bytes, "CONNACK 0x%02x".formatted(code));
    }

    /** Instead of CONNECT of 3.1.1; the code is that of CONNACK. */
    static Row firstOfThree(String rule, String bytes, int code) {
        return new Row(rule, MqttVersion.MQTT_3_1_1, false, bytes, "CONNACK 0x%02x".formatted(code));
    }

    /** Instead of CONNECT, when it is not known or not said in what form to answer. */
    static Row first(String rule, String bytes) {
        return new Row(rule, MqttVersion.MQTT_3_1_1, false, bytes, PLAIN_CLOSE);
    }

    void check(Row row) {
        int messagesBefore = intake.stored().size();
        try (RawClient client =
                row.connected() ? door.connect(Login.of(row.version(), "stranger")) : door.client(row.version())) {
            client.send(row.bytes());
            if (!row.answer().equals(PLAIN_CLOSE)) {
                client.expect(row.answer());
            }
            client.expectClosed();
        }
        if (intake.stored().size() != messagesBefore) {
            throw new AssertionError("something of it was stored: " + last());
        }
        int id = neighbourMessages++ % 1_000 + 1;
        neighbour.publish(1, id, "neighbour", "still here").expect("PUBACK " + id);
    }

    private @Nullable StoredMessage last() {
        return intake.stored().get(intake.stored().size() - 1);
    }

    @Override
    public void close() {
        door.close();
    }
}
