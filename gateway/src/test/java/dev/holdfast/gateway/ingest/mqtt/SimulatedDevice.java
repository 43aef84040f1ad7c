package dev.holdfast.gateway.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A device as the standard wants it: keeps what is not acknowledged, sends it again on the next connection if its
 * session is still there, and throws it away if not. Checks each answer against what it has sent and what is durable.
 */
final class SimulatedDevice {

    private static final int WINDOW = 8;
    private static final int SESSION_SECONDS = 80_000;

    /** A message on its way. */
    private static final class Flight {
        final String payload;
        final int qos;
        boolean received;
        int releases;

        Flight(String payload, int qos) {
            this.payload = payload;
            this.qos = qos;
        }
    }

    private final String clientId;
    private final ManualIntake intake;

    // valid for the session
    private final Map<Integer, Flight> flights = new TreeMap<>();
    private int lastId;
    private int published;
    private final List<String> completed = new ArrayList<>();

    /** It has thrown its session away, and must go on to say so until it is answered. */
    private boolean clean;

    // valid for the connection
    private EmbeddedDoor.@Nullable Client connection;
    private boolean connected;
    private final Queue<String> expected = new ArrayDeque<>();

    SimulatedDevice(String clientId, ManualIntake intake) {
        this.clientId = clientId;
        this.intake = intake;
    }

    /**
     * Connects, in the place of the connection that it may have. The session is long enough not to end by itself: when
     * that happened and the CONNACK that told it got lost, the standard would leave the device in the dark.
     */
    void connect(EmbeddedDoor door, boolean cleanStart) {
        connection = door.open(MqttVersion.MQTT_5);
        connected = false;
        expected.clear();
        if (cleanStart) {
            flights.clear();
            clean = true;
        }
        Login login = Login.mqtt5(clientId).expiry(SESSION_SECONDS);
        connection.send((clean ? login : login.resuming()).bytes());
    }

    boolean hasConnection() {
        return connection != null;
    }

    boolean isConnected() {
        return connected;
    }

    boolean isIdle() {
        return flights.isEmpty();
    }

    List<String> completed() {
        return completed;
    }

    void vanish() {
        EmbeddedDoor.Client lost = connection;
        forgetConnection();
        if (lost != null) {
            lost.vanish();
        }
    }

    /** The connection is gone, and the device has noticed. */
    void forgetConnection() {
        connection = null;
        connected = false;
    }

    void publish(int qos) {
        if (connected && flights.size() < WINDOW) {
            do {
                lastId = lastId % 20 + 1;
            } while (flights.containsKey(lastId));
            Flight flight = new Flight(clientId + "-" + ++published + "-qos" + qos, qos);
            flights.put(lastId, flight);
            send(lastId, flight);
        }
    }

    private void send(int id, Flight flight) {
        EmbeddedDoor.Client open = connection;
        if (open == null) {
            throw new IllegalStateException("not connected");
        }
        if (flight.received) {
            expected.add("PUBCOMP " + id);
            flight.releases++;
            open.send("62 02 %04x".formatted(id));
        } else {
            expected.add((flight.qos == 1 ? "PUBACK " : "PUBREC ") + id);
            open.send("3%d [ <'t'> %04x [ ] '%s' ]".formatted(flight.qos * 2, id, flight.payload));
        }
    }

    /** Reads what has come in. */
    void read() {
        EmbeddedDoor.Client open = connection;
        if (open == null) {
            return;
        }
        for (String answer : open.answers()) {
            if (answer.startsWith("CONNACK")) {
                begin(answer);
            } else {
                acknowledged(answer);
            }
        }
    }

    private void begin(String connAck) {
        assertThat(connAck).isIn("CONNACK", "CONNACK present");
        connected = true;
        if (connAck.equals("CONNACK")) {
            flights.clear();
        } else {
            assertThat(clean)
                    .as("a session is present in spite of a clean start")
                    .isFalse();
            Map<Integer, Flight> again = new TreeMap<>(flights);
            again.forEach(this::send);
        }
        clean = false;
    }

    private void acknowledged(String answer) {
        String[] words = answer.split(" ", -1);
        String wanted = expected.remove();
        assertThat(words[0] + " " + words[1]).as("next answer to %s", clientId).isEqualTo(wanted);
        int id = Integer.parseInt(words[1]);
        Flight flight = flights.get(id);
        if (flight == null) {
            throw new AssertionError(answer + " for nothing");
        }
        assertThat(intake.payloads()).as("durable when %s came", answer).contains(flight.payload);
        if (words[0].equals("PUBREC")) {
            flight.received = true;
            send(id, flight);
        } else {
            if (words.length > 2) {
                assertThat(flight.releases).as("releases before %s", answer).isGreaterThan(1);
            }
            flights.remove(id);
            completed.add(flight.payload);
        }
    }

    /** The answers that are still owed, for a message of a failure. */
    @Override
    public String toString() {
        Iterator<String> owed = expected.iterator();
        return clientId + (connected ? " connected" : "") + " waits for " + (owed.hasNext() ? owed.next() : "nothing");
    }
}
