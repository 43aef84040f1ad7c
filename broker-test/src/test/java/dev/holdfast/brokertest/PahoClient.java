package dev.holdfast.brokertest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What Eclipse Paho's clients have in common, MQTT 3.1.1 and 5, and what has come to one of them. */
abstract class PahoClient implements AutoCloseable {

    static final long TIMEOUT_MILLIS = 20_000;

    private static final int LONGEST_SHOWN = 100;

    private final List<String> received = new CopyOnWriteArrayList<>();

    static PahoClient of(boolean mqtt5, int port, String id) {
        return mqtt5 ? new PahoClient5(port, id) : new PahoClient3(port, id);
    }

    /** Connects, with a session that stays unless it is to be clean; says whether there was one. */
    abstract boolean connect(boolean clean);

    /** Connects with a session that is clean, and a will of QoS 1. */
    abstract void connectWithWill(String topic, String payload);

    /** Subscribes, and gives what is granted. */
    abstract int subscribe(String filter, int qos);

    abstract void unsubscribe(String filter);

    /** Publishes, and waits until that is over. */
    abstract void publish(String topic, byte[] payload, int qos, boolean retain);

    void publish(String topic, String payload, int qos) {
        publish(topic, payload.getBytes(UTF_8), qos, false);
    }

    abstract void disconnect();

    /** Ends the connection without a word. */
    abstract void vanish();

    void receive(String topic, byte[] payload, int qos, boolean retain, String more) {
        String text = payload.length > LONGEST_SHOWN
                ? payload.length + " bytes " + Arrays.hashCode(payload)
                : new String(payload, UTF_8);
        received.add(topic + " qos=" + qos + (retain ? " retained" : "") + " " + text + more);
    }

    /** What has come, each as one line. */
    List<String> received() {
        return received;
    }

    @Override
    public abstract void close();
}
