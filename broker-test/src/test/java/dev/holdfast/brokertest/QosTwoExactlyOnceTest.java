package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A message that a device publishes with QoS 2 and a session is in the journal exactly once, whatever happens to the
 * connection and to the gateway. Upstream it can come twice after a crash, but then with the same identity stamp.
 */
class QosTwoExactlyOnceTest {

    private static final int DEVICES = 4;
    private static final int CUTS = 6;
    private static final int KILLS = 3;
    private static final Duration SETTLE = Duration.ofSeconds(30);

    @TempDir
    private Path temp = Path.of("");

    private final long seed = Long.getLong("holdfast.seed", System.nanoTime());
    private final Random random = new Random(seed);

    /** The identities under which each payload came, without what stands before it, which a resend has too. */
    private final Map<String, Set<String>> identities = new ConcurrentHashMap<>();

    @Test
    void shouldStoreEachMessageOnceThroughCutsAndCrashes() throws MqttException {
        try (Mosquitto upstream = Mosquitto.persistent(temp.resolve("upstream")).start();
                Subscriber subscriber = new Subscriber(upstream.port(), this::arrived);
                GatewayProcess gateway = new GatewayProcess(temp.resolve("gateway"))
                        .route("name: cloud, topics: [\"#\"], sink: {type: mqtt, url: \"%s\", qos: 1}"
                                .formatted(upstream.url()))
                        .start();
                TcpProxy network = new TcpProxy(gateway.port())) {
            List<QosTwoDevice> devices = startDevices(network.port());
            try {
                disturb(gateway, network, devices);
                devices.forEach(QosTwoDevice::stopPublishing);
                await("every exchange is over, seed " + seed)
                        .atMost(SETTLE)
                        .until(() -> devices.stream().allMatch(QosTwoDevice::isDone));
                assertExactlyOnce(devices);
            } finally {
                devices.forEach(QosTwoDevice::close);
            }
            assertThat(subscriber.arrivals()).hasSizeGreaterThanOrEqualTo(identities.size());
        }
    }

    private void arrived(Subscriber.Arrival arrival) {
        String stamp = arrival.stamp();
        String identity = stamp.substring(0, stamp.lastIndexOf('/'));
        identities
                .computeIfAbsent(arrival.text(), text -> ConcurrentHashMap.newKeySet())
                .add(identity);
    }

    /** Half of them speak MQTT 5, the others 3.1.1. */
    private static List<QosTwoDevice> startDevices(int port) {
        List<QosTwoDevice> devices = new ArrayList<>();
        for (int i = 0; i < DEVICES; i++) {
            devices.add(new QosTwoDevice("device-" + i, port, i % 2 == 0));
        }
        return devices;
    }

    private void disturb(GatewayProcess gateway, TcpProxy network, List<QosTwoDevice> devices) {
        for (int cut = 0; cut < CUTS; cut++) {
            pauseUnderLoad(devices);
            network.cut();
            network.restore();
        }
        for (int kill = 0; kill < KILLS; kill++) {
            pauseUnderLoad(devices);
            gateway.kill();
            gateway.start();
        }
        pauseUnderLoad(devices);
    }

    /** Until every device has got something through, and a moment that is different each time. */
    private void pauseUnderLoad(List<QosTwoDevice> devices) {
        for (QosTwoDevice device : devices) {
            int enough = device.completed().size() + 100; // more than its window
            await("it publishes, seed " + seed)
                    .atMost(SETTLE)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> device.completed().size() > enough);
        }
        await("a moment").pollDelay(Duration.ofMillis(random.nextInt(100))).until(() -> true);
    }

    private void assertExactlyOnce(List<QosTwoDevice> devices) {
        for (QosTwoDevice device : devices) {
            assertThat(device.connects()).as("connections of a device").isGreaterThanOrEqualTo(1 + CUTS + KILLS);
            assertThat(device.lostSessions()).as("sessions that were forgotten").isZero();
            await("all whose exchange is over have arrived, seed " + seed)
                    .atMost(SETTLE)
                    .until(() -> identities.keySet().containsAll(device.completed()));
        }
        assertThat(identities)
                .as("identities of each message, seed %d", seed)
                .allSatisfy((payload, stored) -> assertThat(stored).as(payload).hasSize(1));
        assertThat(identities.values().stream().flatMap(Set::stream).distinct())
                .as("different identities")
                .hasSize(identities.size());
    }
}
