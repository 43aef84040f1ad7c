package dev.holdfast.brokertest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;

/** Takes everything that comes to a broker: Eclipse Paho with MQTT 5, QoS 2. */
final class Subscriber implements AutoCloseable, MqttCallback {

    private static final int QOS_2 = 2;
    private static final String STAMP = "holdfast";

    /** A message and where it came. */
    record Arrival(String topic, MqttMessage message) {

        String text() {
            return new String(message.getPayload(), UTF_8);
        }

        /** Its user properties without the identity stamp, in their order. */
        List<UserProperty> userProperties() {
            return message.getProperties().getUserProperties().stream()
                    .filter(property -> !property.getKey().equals(STAMP))
                    .toList();
        }

        /** Its identity: gateway/lane/epoch/sequence/previous. */
        String stamp() {
            List<String> stamps = message.getProperties().getUserProperties().stream()
                    .filter(property -> property.getKey().equals(STAMP))
                    .map(UserProperty::getValue)
                    .toList();
            if (stamps.size() != 1) {
                throw new IllegalStateException("stamps of " + topic + ": " + stamps);
            }
            return stamps.get(0);
        }
    }

    private final MqttAsyncClient client;
    private final List<Arrival> arrivals = new CopyOnWriteArrayList<>();
    private final Consumer<Arrival> then;

    Subscriber(int port) throws MqttException {
        this(port, arrival -> {});
    }

    /** One that also hands on what arrives, on Paho's thread. */
    Subscriber(int port, Consumer<Arrival> then) throws MqttException {
        this.then = then;
        client = new MqttAsyncClient("tcp://127.0.0.1:" + port, "subscriber", new MemoryPersistence());
        client.setCallback(this);
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setReceiveMaximum(1_000);
        client.connect(options).waitForCompletion();
        client.subscribe("#", QOS_2).waitForCompletion();
    }

    List<Arrival> arrivals() {
        return arrivals;
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
        Arrival arrival = new Arrival(topic, message);
        arrivals.add(arrival);
        then.accept(arrival);
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {
        // what is missing then is noticed by the test
    }

    @Override
    public void mqttErrorOccurred(MqttException error) {
        System.err.println(error);
    }

    @Override
    public void deliveryComplete(IMqttToken token) {
        // nothing is published
    }

    @Override
    public void connectComplete(boolean reconnect, String server) {
        // the constructor waits for it
    }

    @Override
    public void authPacketArrived(int reasonCode, MqttProperties properties) {
        // no enhanced authentication
    }

    @Override
    public void close() throws MqttException {
        client.disconnectForcibly(100, 100, false);
        client.close();
    }
}
