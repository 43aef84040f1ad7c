package dev.holdfast.brokertest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/**
 * An MQTT 5 server that takes publishes and answers them as a test tells it, however wrong that is. Knows no sessions and
 * no subscriptions. A thread for each connection.
 */
final class ScriptedBroker implements AutoCloseable {

    private final ServerSocket listener;
    private final Set<ScriptedConnection> connections = ConcurrentHashMap.newKeySet();
    private final List<Arrival> arrivals = Collections.synchronizedList(new ArrayList<>());
    private final Set<String> accepted = Collections.synchronizedSet(new LinkedHashSet<>());
    private final AtomicInteger connects = new AtomicInteger();
    private final AtomicInteger mostUnacknowledged = new AtomicInteger();
    private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor(ScriptedBroker::daemon);

    private volatile Function<Arrival, Reaction> script = arrival -> Reaction.ACCEPT;
    private volatile MqttProperties limits = noLimits();
    private volatile int connectReason;
    private volatile boolean absent;

    /** Listens on a port of its own, and accepts everything. */
    ScriptedBroker() {
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(this::accept).start();
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "scripted-broker");
        thread.setDaemon(true);
        return thread;
    }

    // --- what it is to do ---------------------------------------------------------------------------------------

    /** What it does with each PUBLISH from now on. Called on the threads of the connections. */
    void react(Function<Arrival, Reaction> reactions) {
        script = reactions;
    }

    /** Answers each CONNECT with this reason code from now on, 0 for success. */
    void answerConnect(int code) {
        connectReason = code;
    }

    /** What it says in each CONNACK from now on. */
    void limit(Consumer<MqttProperties> change) {
        MqttProperties changed = noLimits();
        change.accept(changed);
        limits = changed;
    }

    private static MqttProperties noLimits() {
        return new MqttProperties(new Byte[] {
            MqttProperties.RECEIVE_MAXIMUM_IDENTIFIER,
            MqttProperties.MAXIMUM_QOS_IDENTIFIER,
            MqttProperties.RETAIN_AVAILABLE_IDENTIFIER,
            MqttProperties.MAXIMUM_PACKET_SIZE_IDENTIFIER,
            MqttProperties.TOPIC_ALIAS_MAXIMUM_IDENTIFIER
        });
    }

    /** Ends all connections, and each new one at once. */
    void goAway() {
        absent = true;
        disconnectAll();
    }

    void comeBack() {
        absent = false;
    }

    void disconnectAll() {
        connections.forEach(ScriptedConnection::close);
    }

    // --- what it has seen ---------------------------------------------------------------------------------------

    String url() {
        return "mqtt://127.0.0.1:" + port();
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Every PUBLISH, in the order in which they came, whatever was done with them. */
    List<Arrival> arrivals() {
        synchronized (arrivals) {
            return List.copyOf(arrivals);
        }
    }

    /** The payloads in the order in which each came first. */
    List<String> firstArrivals() {
        Set<String> texts = new LinkedHashSet<>();
        arrivals().forEach(arrival -> texts.add(arrival.text()));
        return List.copyOf(texts);
    }

    /** The payloads in the order in which each was accepted first. */
    List<String> firstAccepted() {
        synchronized (accepted) {
            return List.copyOf(accepted);
        }
    }

    /** How many arrivals have this payload. */
    long count(String text) {
        return arrivals().stream().filter(arrival -> arrival.says(text)).count();
    }

    /** How many CONNECTs have come. */
    int connects() {
        return connects.get();
    }

    /** How many QoS 1 and 2 messages of one connection were not acknowledged at a time, at most. */
    int mostUnacknowledged() {
        return mostUnacknowledged.get();
    }

    // --- for its connections ------------------------------------------------------------------------------------

    int nextConnection() {
        return connects.incrementAndGet();
    }

    int connectReason() {
        return connectReason;
    }

    MqttProperties limits() {
        return limits;
    }

    Reaction received(Arrival arrival, int unacknowledged) {
        mostUnacknowledged.accumulateAndGet(unacknowledged, Math::max);
        arrivals.add(arrival);
        Reaction reaction = script.apply(arrival);
        if (reaction.equals(Reaction.ACCEPT)) {
            accepted.add(arrival.text());
        }
        return reaction;
    }

    ScheduledExecutorService later() {
        return later;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                if (absent) {
                    socket.close();
                } else {
                    serve(new ScriptedConnection(this, socket));
                }
            } catch (IOException e) {
                // the listener or the new connection is closed
            }
        }
    }

    private void serve(ScriptedConnection connection) {
        connections.add(connection);
        daemon(() -> {
                    connection.run();
                    connections.remove(connection);
                })
                .start();
    }

    @Override
    public void close() {
        later.shutdownNow();
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        goAway();
    }
}
