package dev.holdfast.brokertest;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.gateway.load.Fleet;
import dev.holdfast.gateway.load.FleetOptions;
import dev.holdfast.gateway.load.Ledger;
import dev.holdfast.gateway.load.Stamp;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/**
 * The ledger as a process of its own: publishes with a fleet, subscribes upstream with Eclipse Paho, and keeps account by
 * the counters in the payloads. It goes on whatever happens to the gateway and to the test.
 *
 * <p>Reads commands on standard input, one a line, and answers each with one line: {@code subscribe PORT}, {@code publish
 * PORT DEVICES WINDOW MESSAGES RATE MQTT5}, {@code stop}, {@code forget}, {@code balance}.
 *
 * <p>Arguments: what the devices are called, which begins their topics and client ids; bytes of their payloads.
 */
final class LedgerMain {

    private static final int DEVICES = 64;
    private static final long SESSION_SECONDS = 3_600;
    private static final int QOS = 1;
    private static final int MAX_UNACKNOWLEDGED = 65_535;

    private final Ledger ledger = new Ledger(DEVICES);
    private @org.jspecify.annotations.Nullable Fleet fleet;

    /** The packet ids of the newest deliveries, more than can be unacknowledged. */
    private final Map<Delivered, Integer> deliveries = Collections.synchronizedMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Delivered, Integer> eldest) {
            return size() > MAX_UNACKNOWLEDGED;
        }
    });

    private final String kind;
    private final int payloadBytes;

    private LedgerMain(String kind, int payloadBytes) {
        this.kind = kind;
        this.payloadBytes = payloadBytes;
    }

    public static void main(String[] args) throws IOException, MqttException {
        LedgerMain main = new LedgerMain(args[0], Integer.parseInt(args[1]));
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            System.out.println(main.handle(line.split(" ", -1)));
            System.out.flush();
        }
        System.exit(0);
    }

    private String handle(String[] command) throws MqttException {
        switch (command[0]) {
            case "subscribe" -> subscribe(Integer.parseInt(command[1]));
            case "publish" -> publish(command);
            case "stop" -> fleet().stopPublishing();
            case "forget" -> {
                deliveries.clear();
                ledger.forgetArrivals();
            }
            case "balance" -> {
                return balance();
            }
            default -> throw new IllegalArgumentException(command[0]);
        }
        return "ok";
    }

    private void subscribe(int port) throws MqttException {
        deliveries.clear(); // another broker has packet ids of its own
        MqttAsyncClient client =
                new MqttAsyncClient("tcp://127.0.0.1:" + port, "ledger-" + kind, new MemoryPersistence());
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(false);
        options.setSessionExpiryInterval(SESSION_SECONDS);
        options.setAutomaticReconnect(true);
        options.setAutomaticReconnectDelay(1, 1);
        options.setReceiveMaximum(MAX_UNACKNOWLEDGED);
        client.setCallback(new Arrivals(client));
        client.connect(options).waitForCompletion();
    }

    private Fleet fleet() {
        Fleet known = fleet;
        if (known == null) {
            throw new IllegalStateException("nothing is published yet");
        }
        return known;
    }

    private void publish(String[] command) {
        FleetOptions options = new FleetOptions(
                Ports.address(Integer.parseInt(command[1])),
                Integer.parseInt(command[2]),
                Boolean.parseBoolean(command[6]),
                Integer.parseInt(command[3]),
                Long.parseLong(command[4]),
                Double.parseDouble(command[5]),
                payloadBytes,
                QOS,
                kind + "/",
                kind + "-");
        Fleet started = new Fleet(options, ledger);
        fleet = started;
        started.start();
    }

    private String balance() {
        Ledger.Balance balance = ledger.balance();
        Fleet known = fleet;
        return "%d %d %d %d %d %d %d %d %d %b"
                .formatted(
                        balance.sent(),
                        balance.acknowledged(),
                        balance.refused(),
                        balance.delivered(),
                        balance.duplicates(),
                        balance.lost(),
                        balance.outOfOrder(),
                        balance.misacknowledged(),
                        balance.damaged(),
                        known != null && known.isDone());
    }

    private record Delivered(int device, long counter) {}

    private final class Arrivals implements MqttCallback {
        private final MqttAsyncClient client;

        Arrivals(MqttAsyncClient client) {
            this.client = client;
        }

        @Override
        public void connectComplete(boolean reconnect, String server) {
            try {
                client.subscribe("site/" + kind + "/#", QOS);
            } catch (MqttException e) {
                throw new IllegalStateException(e);
            }
        }

        /**
         * Whether the broker has not sent this very delivery before: one of which it lost our acknowledgement comes again
         * under the same packet id (MQTT 5 section 4.4), and is no repeat of the gateway's.
         */
        private boolean isNew(Stamp stamp, int packetId) {
            Integer before = deliveries.put(new Delivered(stamp.device(), stamp.counter()), packetId);
            return before == null || before != packetId;
        }

        @Override
        public void messageArrived(String topic, MqttMessage message) {
            Stamp stamp = Stamp.read(ByteBuffer.wrap(message.getPayload()));
            if (stamp == null || !topic.equals("site/" + kind + "/" + stamp.device())) {
                System.err.println("damaged: " + topic + " " + message); // nobody but the fleet publishes
                ledger.damaged();
            } else if (isNew(stamp, message.getId())) {
                ledger.arrived(stamp);
            }
        }

        @Override
        public void disconnected(MqttDisconnectResponse response) {
            // Paho connects again by itself
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
        public void authPacketArrived(int reasonCode, MqttProperties properties) {
            // no enhanced authentication
        }
    }
}
