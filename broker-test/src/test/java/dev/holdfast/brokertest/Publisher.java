package dev.holdfast.brokertest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** A device that publishes one message after the other over MQTT 5, and waits for the acknowledgement of each. */
final class Publisher implements AutoCloseable {

    private static final long TIMEOUT_MILLIS = 10_000;

    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final MqttClient client;

    Publisher(int port) {
        try {
            client = new MqttClient(
                    "tcp://127.0.0.1:" + port, "device-" + NUMBERS.incrementAndGet(), new MemoryPersistence());
            client.setTimeToWait(TIMEOUT_MILLIS);
            client.connect(new MqttConnectionOptions());
        } catch (MqttException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Publishes each text with QoS 1. */
    void publish(String topic, String... texts) {
        publish(topic, List.of(texts));
    }

    /** Publishes each text with QoS 1. */
    void publish(String topic, List<String> texts) {
        texts.forEach(text -> publish(topic, text, message -> {}));
    }

    /** Publishes a text with QoS 1 unless the change makes it another. */
    void publish(String topic, String text, Consumer<MqttMessage> change) {
        MqttMessage message = new MqttMessage(text.getBytes(UTF_8), 1, false, new MqttProperties());
        change.accept(message);
        try {
            client.publish(topic, message);
        } catch (MqttException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            client.disconnect(); // without close, which takes from Paho's threads what they still use
        } catch (MqttException e) {
            throw new IllegalStateException(e);
        }
    }
}
