package dev.holdfast.brokertest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HexFormat;
import java.util.List;
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

/** Eclipse Paho with MQTT 5; what it publishes has properties. */
final class PahoClient5 extends PahoClient implements MqttCallback {

    private static final long SESSION_SECONDS = 3_600;

    private final MqttAsyncClient client;

    PahoClient5(int port, String id) {
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
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(clean);
        options.setSessionExpiryInterval(clean ? 0 : SESSION_SECONDS);
        return await(() -> client.connect(options)).getSessionPresent();
    }

    @Override
    void connectWithWill(String topic, String payload) {
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setWill(topic, new MqttMessage(payload.getBytes(UTF_8), 1, false, new MqttProperties()));
        await(() -> client.connect(options));
    }

    @Override
    int subscribe(String filter, int qos) {
        return await(() -> client.subscribe(filter, qos)).getReasonCodes()[0];
    }

    @Override
    void unsubscribe(String filter) {
        await(() -> client.unsubscribe(filter));
    }

    @Override
    void publish(String topic, byte[] payload, int qos, boolean retain) {
        MqttProperties properties = new MqttProperties();
        properties.setContentType("text/plain");
        properties.setResponseTopic("answers");
        properties.setCorrelationData(new byte[] {1, 2});
        properties.setUserProperties(List.of(new UserProperty("a", "1"), new UserProperty("a", "2")));
        await(() -> client.publish(topic, new MqttMessage(payload, qos, retain, properties)));
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
        MqttProperties properties = message.getProperties();
        byte[] correlation = properties.getCorrelationData();
        receive(
                topic,
                message.getPayload(),
                message.getQos(),
                message.isRetained(),
                " " + properties.getContentType() + " " + properties.getResponseTopic() + " "
                        + (correlation == null ? "" : HexFormat.of().formatHex(correlation)) + " "
                        + properties.getUserProperties());
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {
        System.err.println(client.getClientId() + ": " + response);
    }

    @Override
    public void mqttErrorOccurred(MqttException error) {
        System.err.println(client.getClientId() + ": " + error);
    }

    @Override
    public void deliveryComplete(IMqttToken token) {
        // publish waits for it
    }

    @Override
    public void connectComplete(boolean reconnect, String server) {
        // connect waits for it
    }

    @Override
    public void authPacketArrived(int reasonCode, MqttProperties properties) {
        // no enhanced authentication
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
