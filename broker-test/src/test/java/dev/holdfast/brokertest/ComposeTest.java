package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The configuration of the compose file, with its two brokers as processes: up from the devices, down to them. */
class ComposeTest {

    private static final Path CONFIG = Path.of("..", "docker", "plant.yaml");
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @TempDir
    private Path temp = Path.of("");

    @Test
    void shouldCarryMessagesUpAndCommandsDown() throws IOException {
        int port = Ports.free();
        Mosquitto plant = Mosquitto.plain(temp.resolve("plant")).start();
        Mosquitto cloud = Mosquitto.persistent(temp.resolve("cloud")).start();
        Path config = Files.writeString(
                temp.resolve("holdfast.yaml"),
                Files.readString(CONFIG)
                        .replace(
                                "/var/lib/holdfast/store", temp.resolve("store").toString())
                        .replace("0.0.0.0:1883", "127.0.0.1:" + port)
                        .replace("0.0.0.0:8080", "127.0.0.1:" + Ports.free())
                        .replace("mqtt://plant:1883", plant.url())
                        .replace("mqtt://cloud:1883", cloud.url()));
        try (plant;
                cloud;
                ManagedProcess gateway = ManagedProcess.start(
                        temp.resolve("gateway.log"),
                        GatewayProcess.command().toString(),
                        "run",
                        "-c",
                        config.toString())) {
            await("the gateway takes devices").atMost(TIMEOUT).until(() -> Ports.isOpen(port));
            await("its tap subscribes in the cloud")
                    .atMost(TIMEOUT)
                    .until(() -> gateway.log().contains("tap subscribed"));
            try (PahoClient device = PahoClient.of(true, port, "device");
                    PahoClient office = PahoClient.of(true, cloud.port(), "office")) {
                office.connect(true);
                office.subscribe("site/#", 1);
                device.connect(true);
                device.subscribe("#", 1);

                device.publish("sensors/1", "21.4", 1);
                await("it is in the cloud")
                        .atMost(TIMEOUT)
                        .until(() -> office.received().stream()
                                .anyMatch(line -> line.startsWith("site/gateway-1/sensors/1 qos=1 21.4")));
                office.publish("site/gateway-1/commands/valve", "open", 1);
                await("the command is there")
                        .atMost(TIMEOUT)
                        .until(() -> device.received().stream()
                                .anyMatch(line -> line.startsWith("commands/valve qos=1 open")));

                device.publish("sensors/1", "last", 1);
                await("what came last is in the cloud")
                        .atMost(TIMEOUT)
                        .until(() -> office.received().stream().anyMatch(line -> line.contains(" last")));
                assertThat(office.received()).as("nothing went in circles").hasSize(3);
                assertThat(device.received()).as("its own two, and the command").hasSize(3);
            }
        }
    }
}
