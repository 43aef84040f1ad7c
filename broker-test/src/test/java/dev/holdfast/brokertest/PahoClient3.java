package dev.holdfast.brokertest;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/** Eclipse Paho with MQTT 3.1.1. */
final class PahoClient3 extends PahoClient implements MqttCallback {

    private final MqttAsyncClient client;

    PahoClient3(int port, String id) {
        try {
            client = new MqttAsyncClient("tcp://127.0.0.1:" + port, id, new MemoryPersistence());
        } catch (MqttException e) {
            throw new IllegalStateException(e);
        }
        client.setCallback(this);
    }

    private interface Call {
        IMqttToken make() throws MqttException;
    }

    private static IMqttToken await(Call call) {
        try {
            IMqttToken token = call.make();
            token.waitForCompletion(TIMEOUT_MILLIS);
            return token;
        } catch (MqttException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    boolean connect(boolean clean) {
        MqttConnectOptions options = new MqttConnectOptions();
        options.setCleanSession(clean);
        return await(() -> client.connect(options)).getSessionPresent();
    }

    @Override
    void connectWithWill(String topic, String payload) {
        MqttConnectOptions options = new MqttConnectOptions();
        options.setWill(topic, payload.getBytes(UTF_8), 1, false);
        await(() -> client.connect(options));
    }

    @Override
    int subscribe(String filter, int qos) {
        return await(() -> client.subscribe(filter, qos)).getGrantedQos()[0];
    }

    @Override
    void unsubscribe(String filter) {
        await(() -> client.unsubscribe(filter));
    }

    @Override
    void publish(String topic, byte[] payload, int qos, boolean retain) {
        await(() -> client.publish(topic, payload, qos, retain));
    }

    @Override
    void disconnect() {
        await(client::disconnect);
    }

    @Override
    void vanish() {
        try {
            client.disconnectForcibly(0, 0, false);
        } catch (MqttException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
        receive(topic, message.getPayload(), message.getQos(), message.isRetained(), "");
    }

    @Override
    public void connectionLost(Throwable cause) {
        System.err.println(client.getClientId() + ": " + cause);
    }

    @Override
    public void deliveryComplete(IMqttDeliveryToken token) {
        // publish waits for it
    }

    @Override
    public void close() {
        if (client.isConnected()) {
            vanish();
        }
        try {
            client.close();
        } catch (MqttException e) {
            throw new IllegalStateException(e);
        }
    }
}
