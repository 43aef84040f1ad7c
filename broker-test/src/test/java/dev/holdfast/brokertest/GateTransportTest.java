package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a gate reaches its broker, and how devices reach the gate: TLS, PROXY protocol, WebSockets, Unix sockets. */
class GateTransportTest {

    private static final String ACCEPTED = "20020000";
    private static final String UNAVAILABLE = "20020003";

    @TempDir
    private Path temp = Path.of("");

    private GatewayProcess gate(String keys) {
        return new GatewayProcess(temp.resolve("gateway")).withMqttKeys(keys);
    }

    private static long stored(GatewayProcess gateway) {
        return gateway.laneStatus("default").path("head").asLong();
    }

    private static String connect(GatewayProcess gateway) throws IOException {
        try (PacketScript client = new PacketScript(gateway.port(), false)) {
            return client.connect("c", 2).receive();
        }
    }

    private static void publish(GatewayProcess gateway) throws IOException {
        try (PacketScript client = new PacketScript(gateway.port(), false)) {
            assertThat(client.connect("c", 2).receive()).isEqualTo(ACCEPTED);
            assertThat(client.publish(1, false, 1, "a", "m").receive()).isEqualTo("40020001");
        }
    }

    // --- to the broker ------------------------------------------------------------------------------------------

    private Mosquitto encrypted(Certificates authority, String host) {
        Path files = temp.resolve("broker");
        try {
            Files.createDirectories(files);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        authority.issue(host, files);
        return Mosquitto.plain(files)
                .with("cafile " + authority.authority())
                .with("certfile " + files.resolve(Certificates.CERTIFICATE))
                .with("keyfile " + files.resolve(Certificates.KEY));
    }

    private static String url(Mosquitto broker) {
        return "mqtts://localhost:" + broker.port();
    }

    @Test
    void shouldShowItsCertificateToABrokerThatWantsOne() throws IOException {
        Certificates authority = new Certificates(temp.resolve("ca"));
        Mosquitto broker = encrypted(authority, "localhost").with("require_certificate true");
        authority.issue("gate", temp, "gate", 2);
        String anonymous = "broker: \"%s\", broker-ca-file: %s".formatted(url(broker), authority.authority());
        String shown = anonymous
                + ", broker-certificate: %s, broker-key: %s"
                        .formatted(temp.resolve("gate.crt"), temp.resolve("gate.key"));
        try (broker;
                GatewayProcess gateway = gate(anonymous)) {
            broker.start();
            gateway.start();
            assertThat(connect(gateway)).isEqualTo(UNAVAILABLE);
            gateway.process().stop();
            gateway.withMqttKeys(shown).start();
            publish(gateway);
            assertThat(stored(gateway)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "other, localhost, unable to find valid certification path",
        "ours, elsewhere, No subject alternative DNS name matching localhost"
    })
    void shouldRefuseABrokerThatItCannotTrust(String trusted, String host, String why) throws IOException {
        Certificates ours = new Certificates(temp.resolve("ours"));
        Certificates other = new Certificates(temp.resolve("other"));
        Path authority = (trusted.equals("ours") ? ours : other).authority();
        Mosquitto broker = encrypted(ours, host);
        try (broker;
                GatewayProcess gateway = gate("broker: \"%s\", broker-ca-file: %s".formatted(url(broker), authority))) {
            broker.start();
            gateway.start();

            assertThat(connect(gateway)).isEqualTo(UNAVAILABLE);
            assertThat(gateway.log()).contains("localhost:" + broker.port()).contains(why);
        }
    }

    /** The broker gets a certificate from another authority; the gate's file is renewed, without a restart. */
    @Test
    void shouldTakeANewAuthorityWhileItRuns() throws IOException {
        Certificates first = new Certificates(temp.resolve("first"));
        Certificates second = new Certificates(temp.resolve("second"));
        Path trusted = Files.copy(first.authority(), temp.resolve("trusted.pem"));
        Mosquitto broker = encrypted(first, "localhost");
        try (broker;
                GatewayProcess gateway = gate("broker: \"%s\", broker-ca-file: %s".formatted(url(broker), trusted))) {
            broker.start();
            gateway.start();
            publish(gateway);

            broker.stop();
            second.issue("localhost", temp.resolve("broker"));
            broker.start();
            assertThat(connect(gateway)).isEqualTo(UNAVAILABLE);

            Files.writeString(trusted, "half a file");
            await("the bad file is told of")
                    .until(() -> gateway.status()
                            .path("ingest")
                            .path("warnings")
                            .toString()
                            .contains("TLS to the broker"));
            Files.copy(second.authority(), trusted, StandardCopyOption.REPLACE_EXISTING);
            await("the new authority is trusted")
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> connect(gateway).equals(ACCEPTED));
            assertThat(gateway.status().path("ingest").path("warnings").toString())
                    .doesNotContain("TLS to the broker");
            publish(gateway);
            assertThat(stored(gateway)).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void shouldTellWhereADeviceIs(boolean tls) throws IOException {
        Certificates authority = new Certificates(temp.resolve("ca"));
        authority.issue("localhost", temp);
        Path both = Files.writeString(
                temp.resolve("both.pem"),
                Files.readString(temp.resolve(Certificates.CERTIFICATE))
                        + Files.readString(temp.resolve(Certificates.KEY)));
        Mosquitto broker = Mosquitto.plain(temp.resolve("broker")).start();
        try (broker;
                HaProxy proxy = new HaProxy(temp.resolve("proxy"), broker.port(), tls ? "ssl crt " + both : "");
                GatewayProcess gateway = gate("broker: \"%s://localhost:%d\", broker-proxy-protocol: true%s"
                                .formatted(
                                        tls ? "mqtts" : "mqtt",
                                        proxy.port(),
                                        tls ? ", broker-ca-file: " + authority.authority() : ""))
                        .start()) {
            int devicePort;
            try (PacketScript client = new PacketScript(gateway.port(), false)) {
                devicePort = client.localPort();
                assertThat(client.connect("c", 2).receive()).isEqualTo(ACCEPTED);
                assertThat(client.publish(1, false, 1, "a", "m").receive()).isEqualTo("40020001");
            }
            await("HAProxy has logged it").until(() -> proxy.log().contains("from 127.0.0.1:" + devicePort + "\n"));
            assertThat(stored(gateway)).isEqualTo(1);
        }
    }

    /** Who comes by a Unix socket has no address. */
    @Test
    void shouldSayThatADeviceOfThisMachineHasNoAddress() {
        Path socket = temp.resolve("g.sock");
        Mosquitto broker = Mosquitto.plain(temp.resolve("broker")).start();
        try (broker;
                HaProxy proxy = new HaProxy(temp.resolve("proxy"), broker.port(), "");
                GatewayProcess gateway = new GatewayProcess(temp.resolve("gateway"))
                        .listener("unix: {path: %s, broker: \"mqtt://127.0.0.1:%d\", broker-proxy-protocol: true}"
                                .formatted(socket, proxy.port()))
                        .start()) {
            ManagedProcess.run("mosquitto_pub", "--unix", socket.toString(), "-q", "1", "-t", "a", "-m", "m");

            assertThat(stored(gateway)).isEqualTo(1);
        }
    }

    @Test
    void shouldRefuseDevicesWhenTheBrokersNameIsUnknown() throws IOException {
        try (GatewayProcess gateway = gate("broker: \"mqtt://broker.invalid\"").start()) {
            assertThat(connect(gateway)).isEqualTo(UNAVAILABLE);
            assertThat(gateway.log()).contains("broker.invalid").contains("its host name is not known here");
        }
    }

    // --- from devices -------------------------------------------------------------------------------------------

    @Test
    void shouldStandBeforeABrokerWithEveryListener() throws MqttException {
        Certificates authority = new Certificates(temp.resolve("ca"));
        authority.issue("localhost", temp);
        Mosquitto broker = Mosquitto.plain(temp.resolve("broker")).start();
        String gate = "broker: \"" + broker.url() + '"';
        String files = "certificate: %s, key: %s, "
                .formatted(temp.resolve(Certificates.CERTIFICATE), temp.resolve(Certificates.KEY));
        int mqtts = Ports.free();
        int ws = Ports.free();
        int wss = Ports.free();
        try (broker;
                GatewayProcess gateway = new GatewayProcess(temp.resolve("gateway"))
                        .listener("mqtts: {bind: \"127.0.0.1:%d\", %s%s}".formatted(mqtts, files, gate))
                        .listener("ws: {bind: \"127.0.0.1:%d\", %s}".formatted(ws, gate))
                        .listener("wss: {bind: \"127.0.0.1:%d\", %s%s}".formatted(wss, files, gate))
                        .start();
                Subscriber subscriber = new Subscriber(broker.port())) {
            publish("ssl://localhost:" + mqtts, authority);
            publish("ws://127.0.0.1:" + ws + "/mqtt", authority);
            publish("wss://localhost:" + wss + "/mqtt", authority);

            assertThat(stored(gateway)).isEqualTo(3);
            await("the broker has them too").until(() -> subscriber.arrivals().size() == 3);
        }
    }

    private void publish(String uri, Certificates authority) throws MqttException {
        try (Visitor visitor = Visitor.enter(uri, uri.startsWith("ws:") ? null : authority.client(temp, ""), "", "")) {
            assertThat(visitor.publish("t", "x".repeat(100_000))).isZero();
        }
    }
}
