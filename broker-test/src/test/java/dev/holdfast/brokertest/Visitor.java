package dev.holdfast.brokertest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.jspecify.annotations.Nullable;

/** Eclipse Paho with MQTT 5, over whatever transport, with or without a name. */
final class Visitor implements AutoCloseable {

    private static final long TIMEOUT_MILLIS = 10_000;
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final MqttAsyncClient client;

    private Visitor(MqttAsyncClient client) {
        this.client = client;
    }

    /** Comes in; the URI is Paho's: tcp, ssl, ws or wss. */
    static Visitor enter(String uri, @Nullable SSLContext tls, String user, String password) throws MqttException {
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setConnectionTimeout((int) (TIMEOUT_MILLIS / 1_000));
        if (tls != null) {
            options.setSocketFactory(tls.getSocketFactory());
        }
        if (!user.isEmpty()) {
            options.setUserName(user);
            options.setPassword(password.getBytes(UTF_8));
        }
        MqttAsyncClient client =
                new MqttAsyncClient(uri, "visitor-" + NUMBERS.incrementAndGet(), new MemoryPersistence());
        client.connect(options).waitForCompletion(TIMEOUT_MILLIS);
        return new Visitor(client);
    }

    /** The reason code for which it may not come in, as Paho tells it; 0 when it may. */
    static int refusal(String uri, @Nullable SSLContext tls, String user, String password) {
        try {
            enter(uri, tls, user, password).close();
            return 0;
        } catch (MqttException e) {
            return e.getReasonCode();
        }
    }

    /** Publishes with QoS 1; returns the reason code of the acknowledgement. */
    int publish(String topic, String text) {
        try {
            IMqttToken token = client.publish(topic, text.getBytes(UTF_8), 1, false);
            token.waitForCompletion(TIMEOUT_MILLIS);
            int[] codes = token.getReasonCodes();
            return codes == null || codes.length == 0 ? 0 : codes[0];
        } catch (MqttException e) {
            return e.getReasonCode();
        }
    }

    @Override
    public void close() {
        try {
            client.disconnect()
                    .waitForCompletion(
                            TIMEOUT_MILLIS); // without close, which takes from Paho's threads what they still use
        } catch (MqttException e) {
            // it has been sent away
        }
    }
}
