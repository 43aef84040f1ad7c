package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A store is put back to what it was some time ago: row 21 of the faults to survive. It uses sequences again that it has
 * forgotten; upstream they must not be taken for repeats.
 */
class RestoredStoreTest {

    private static final List<String> BEFORE = List.of("a1", "a2", "a3");
    private static final List<String> FORGOTTEN = List.of("b1", "b2", "b3");
    private static final List<String> AFTER = List.of("c1", "c2", "c3");

    @TempDir
    private Path temp = Path.of("");

    @Test
    void shouldNeverGiveTheStampOfAnotherMessageAfterARestore() throws MqttException {
        Set<String> epochs = new HashSet<>();
        try (Scene scene = new Scene(temp);
                Subscriber upstream = new Subscriber(scene.upstreamPort())) {
            GatewayProcess gateway = scene.gateway();
            scene.cutLink();
            epochs.add(publish(gateway.start(), BEFORE));
            gateway.kill();
            Path copy = temp.resolve("copy");
            ManagedProcess.run("cp", "-a", gateway.store().toString(), copy.toString());
            scene.restoreLink();
            epochs.add(publish(gateway.start(), FORGOTTEN));
            awaitArrival(upstream, "b3");
            gateway.kill();
            ManagedProcess.run("rm", "-r", gateway.store().toString());
            ManagedProcess.run("cp", "-a", copy.toString(), gateway.store().toString());
            epochs.add(publish(gateway.start(), AFTER));
            awaitArrival(upstream, "c3");

            assertThat(epochs).as("epochs of three starts").hasSize(3);
            assertStampsTellMessagesApart(upstream);
            System.out.println("FAULT 21 restored store: rounds=1 acknowledged=9 lost=0 stamps reused=0");
        }
    }

    /** Publishes them one by one, and gives the epoch. */
    private static String publish(GatewayProcess gateway, List<String> texts) {
        try (Publisher device = new Publisher(gateway.port())) {
            device.publish("restored", texts);
        }
        return gateway.status().path("gateway").path("epoch").asString();
    }

    /** Waits for one message, and so for all that were stored before it. */
    private static void awaitArrival(Subscriber upstream, String text) {
        await(text + " arrives")
                .atMost(Duration.ofSeconds(30))
                .until(() -> upstream.arrivals().stream()
                        .anyMatch(arrival -> arrival.text().equals(text)));
    }

    /** One stamp has always the same payload, and all three generations have arrived, the first one twice. */
    private static void assertStampsTellMessagesApart(Subscriber upstream) {
        Map<String, String> payloads = new HashMap<>();
        for (Subscriber.Arrival arrival : upstream.arrivals()) {
            String identity = arrival.stamp().substring(0, arrival.stamp().lastIndexOf('/')); // without the previous
            String other = payloads.putIfAbsent(identity, arrival.text());
            assertThat(other).as("payload that came under %s before", identity).isIn(null, arrival.text());
        }
        assertThat(payloads.values()).as("messages, by stamp").containsExactlyInAnyOrder(concat());
    }

    private static String[] concat() {
        return Stream.of(BEFORE, FORGOTTEN, AFTER).flatMap(List::stream).toArray(String[]::new);
    }
}
