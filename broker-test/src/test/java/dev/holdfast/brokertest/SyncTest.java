package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.brokertest.Trace.Call;
import dev.holdfast.gateway.load.Fleet;
import dev.holdfast.gateway.load.FleetOptions;
import dev.holdfast.gateway.load.Ledger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A PUBACK means on disk, by the word of the kernel: what the gateway asks of it, as strace sees it. */
class SyncTest {

    private static final int QOS_1 = 1;
    private static final char PUBACK = 0x40;

    @TempDir
    private Path temp = Path.of("");

    /**
     * A payload that is found again in what is written to the store: a commit can be cut in two where Xodus ends a page,
     * but not in all of its eight places.
     */
    private static byte[] payload(int message) {
        return mark(message).repeat(8).getBytes(StandardCharsets.US_ASCII);
    }

    private static String mark(int message) {
        return "<%08d>".formatted(message);
    }

    @Test
    void shouldSyncWhatItWroteBetweenEachPublishAndItsPuback() throws MqttException {
        int messages = 100;
        Path trace = temp.resolve("trace");
        int port;
        try (GatewayProcess gateway =
                new GatewayProcess(temp).under(Trace.ofDataAndSyncs(trace)).start()) {
            port = gateway.port();
            publishOneByOne(port, messages);
            gateway.kill();
        }

        List<Call> calls = Trace.read(trace);

        List<Call> pubacks = calls.stream()
                .filter(call -> call.isWrite()
                        && call.isOnConnectionAt(port)
                        && call.data().charAt(0) == PUBACK)
                .toList();
        assertThat(pubacks).as("PUBACKs, one in each write").hasSize(messages);
        for (int message = 0; message < messages; message++) {
            assertDurableBeforePuback(calls, port, message, pubacks.get(message));
        }
    }

    private static void publishOneByOne(int port, int messages) throws MqttException {
        try (MqttClient device = new MqttClient("tcp://127.0.0.1:" + port, "device", new MemoryPersistence())) {
            device.connect();
            for (int message = 0; message < messages; message++) {
                device.publish("sensors/1", payload(message), QOS_1, false); // until its PUBACK has come
            }
            device.disconnect();
        }
    }

    private static void assertDurableBeforePuback(List<Call> calls, int port, int message, Call puback) {
        Predicate<Call> hasMessage = call -> call.data().contains(mark(message));
        Call publish = firstAfter(
                calls, -1, "PUBLISH " + message, hasMessage.and(call -> call.isRead() && call.isOnConnectionAt(port)));
        Call write = firstAfter(
                calls,
                publish.ended(),
                "write of " + message,
                hasMessage.and(call -> call.isWrite() && call.isOnStoreFile()));
        Call sync = firstAfter(
                calls,
                write.ended(),
                "sync of " + message,
                call -> call.isSync() && call.result() == 0 && call.file().equals(write.file()));
        assertThat(puback.begun())
                .as("line of the PUBACK of message %d, after the sync", message)
                .isGreaterThan(sync.ended());
    }

    private static Call firstAfter(List<Call> calls, int line, String what, Predicate<Call> wanted) {
        return calls.stream()
                .filter(call -> call.begun() > line && wanted.test(call))
                .findFirst()
                .orElseThrow(() -> new AssertionError(what + " is not in the trace after line " + line));
    }

    @Test
    void shouldShareEachSyncAmongManyMessages() {
        int devices = 8;
        int each = 2_500;
        Path trace = temp.resolve("trace");
        try (GatewayProcess gateway =
                new GatewayProcess(temp).under(Trace.ofSyncs(trace)).start()) {
            FleetOptions options = new FleetOptions(
                    Ports.address(gateway.port()), devices, true, 64, each, 0, 1_000, QOS_1, "sensors/", "sensor-");
            try (Fleet fleet = new Fleet(options, new Ledger(devices))) {
                fleet.start();
                await("all are acknowledged").atMost(Duration.ofSeconds(60)).until(fleet::isDone);
            }
            gateway.kill();
        }

        List<Call> syncs = Trace.read(trace).stream().filter(Call::isSync).toList();

        assertThat(syncs).as("every sync succeeded").allMatch(sync -> sync.result() == 0);
        assertThat(syncs.size()).as("syncs of %d messages", devices * each).isBetween(10, devices * each / 10);
        long files = syncs.stream()
                .filter(Call::isOnStoreFile)
                .map(Call::file)
                .distinct()
                .count();
        long directorySyncs =
                syncs.stream().filter(call -> call.file().endsWith("/xodus")).count();
        assertThat(files).as("store files").isGreaterThan(2);
        assertThat(directorySyncs)
                .as("syncs of the directory, one for each new file")
                .isGreaterThanOrEqualTo(files);
    }
}
