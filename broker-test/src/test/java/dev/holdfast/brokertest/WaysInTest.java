package dev.holdfast.brokertest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLContext;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every way into a gateway, with the clients that people use: Eclipse Paho, mosquitto_pub and a browser's WebSocket. */
class WaysInTest {

    @TempDir
    private Path temp = Path.of("");

    @SuppressWarnings("NullAway.Init") // before each test
    private Mosquitto broker;

    @SuppressWarnings("NullAway.Init") // before each test
    private GatewayProcess gateway;

    @SuppressWarnings("NullAway.Init") // before each test
    private Subscriber upstream;

    @SuppressWarnings("NullAway.Init") // before each test
    private SSLContext tls;

    private final int mqtts = Ports.free();
    private final int ws = Ports.free();
    private final int wss = Ports.free();

    @BeforeEach
    void start() throws MqttException {
        Certificates authority = new Certificates(temp.resolve("ca"));
        authority.issue("localhost", temp);
        tls = authority.client(temp, "");
        broker = Mosquitto.plain(temp.resolve("broker")).start();
        upstream = new Subscriber(broker.port());
        String files = "certificate: %s, key: %s"
                .formatted(temp.resolve(Certificates.CERTIFICATE), temp.resolve(Certificates.KEY));
        gateway = new GatewayProcess(temp.resolve("gateway"))
                .listener("mqtts: {bind: \"127.0.0.1:%d\", %s}".formatted(mqtts, files))
                .listener("ws: {bind: \"127.0.0.1:%d\", origins: [\"https://app.example\"]}".formatted(ws))
                .listener("wss: {bind: \"127.0.0.1:%d\", path: /in, %s}".formatted(wss, files))
                .listener("unix: {path: %s}".formatted(socket()))
                .routeTo("mqtt://127.0.0.1:" + broker.port())
                .start();
    }

    private Path socket() {
        return temp.resolve("mqtt.sock");
    }

    @AfterEach
    void endAll() throws MqttException {
        upstream.close();
        gateway.close();
        broker.close();
    }

    private void publishAndAwait(String uri, @Nullable SSLContext context, String text) throws MqttException {
        try (Visitor visitor = Visitor.enter(uri, context, "", "")) {
            assertThat(visitor.publish("t", text)).isZero();
            assertThat(visitor.publish("large", text + "x".repeat(300_000))).isZero();
        }
        await(text + " to arrive").until(() -> arrived(text) && arrived(text + "x".repeat(300_000)));
    }

    private boolean arrived(String text) {
        return upstream.arrivals().stream().anyMatch(arrival -> arrival.text().equals(text));
    }

    @Test
    void shouldLetPahoInByEveryTransport() throws Exception {
        publishAndAwait("tcp://127.0.0.1:" + gateway.port(), null, "tcp");
        publishAndAwait("ssl://localhost:" + mqtts, tls, "tls");
        publishAndAwait("ws://127.0.0.1:" + ws + "/mqtt", null, "websocket");
        publishAndAwait("wss://localhost:" + wss + "/in", tls, "websocket over tls");

        MqttClient three = new MqttClient("ws://127.0.0.1:" + ws + "/mqtt", "three", new MemoryPersistence());
        three.connect();
        three.publish("t", "websocket of 3.1.1".getBytes(UTF_8), 2, false);
        three.disconnect();
        await("it to arrive").until(() -> arrived("websocket of 3.1.1"));

        assertThat(gateway.status().path("ingest").path("addresses").size()).isEqualTo(5);
        assertThat(gateway.status().path("ingest").path("badPackets").asInt(-1)).isZero();
    }

    @Test
    void shouldLetMosquittoInByTlsAndByTheUnixSocket() throws IOException {
        Path ca = temp.resolve("ca").resolve("ca.crt");
        ManagedProcess.run(
                "mosquitto_pub",
                "-h",
                "localhost",
                "-p",
                "" + mqtts,
                "--cafile",
                ca.toString(),
                "-q",
                "1",
                "-t",
                "t",
                "-m",
                "mosquitto by tls");
        await("it to arrive").until(() -> arrived("mosquitto by tls"));

        assertThat(Files.getPosixFilePermissions(socket())).isEqualTo(PosixFilePermissions.fromString("rw-rw----"));
        ManagedProcess.run("mosquitto_pub", "--unix", socket().toString(), "-q", "2", "-t", "t", "-m", "by socket");
        await("it to arrive").until(() -> arrived("by socket"));
    }

    /** The socket's file stays when a gateway is killed; another one may not take it from a gateway that runs. */
    @Test
    void shouldTakeTheUnixSocketOfAGatewayThatWasKilledAndOfNoOther() {
        gateway.kill();
        assertThat(socket()).exists();
        gateway.start();
        ManagedProcess.run("mosquitto_pub", "--unix", socket().toString(), "-q", "1", "-t", "t", "-m", "after");
        await("it to arrive").until(() -> arrived("after"));

        GatewayProcess other =
                new GatewayProcess(temp.resolve("other")).listener("unix: {path: %s}".formatted(socket()));
        try (other) {
            Command.Result result = new Command(temp.resolve("run"))
                    .holdfast("run", "-c", other.config().toString());
            assertThat(result.exitCode()).isEqualTo(1);
            assertThat(result.err()).contains("can't listen on unix://" + socket() + ": another process does");
        }
        ManagedProcess.run("mosquitto_pub", "--unix", socket().toString(), "-q", "1", "-t", "t", "-m", "still mine");
        await("it to arrive").until(() -> arrived("still mine"));
    }

    @Test
    void shouldOpenAWebSocketForTheSubProtocolMqttOnly() {
        HttpClient client = HttpClient.newHttpClient();
        URI uri = URI.create("ws://127.0.0.1:" + ws + "/mqtt");
        WebSocket socket = client.newWebSocketBuilder()
                .subprotocols("mqtt", "other")
                .buildAsync(uri, new WebSocket.Listener() {})
                .join();
        assertThat(socket.getSubprotocol()).isEqualTo("mqtt");
        socket.abort();

        assertThatThrownBy(() -> client.newWebSocketBuilder()
                        .buildAsync(uri, new WebSocket.Listener() {})
                        .join())
                .isInstanceOf(CompletionException.class);
    }

    @Test
    void shouldRefuseWhatIsNoWebSocketForIt() throws IOException {
        assertThat(http("GET / HTTP/1.1")).startsWith("HTTP/1.1 404").contains("MQTT is at /mqtt");
        assertThat(http("GET /mqtt HTTP/1.1")).startsWith("HTTP/1.1 426").contains("sec-websocket-version: 13");
        assertThat(http("POST /mqtt HTTP/1.1")).startsWith("HTTP/1.1 426");
        assertThat(http("nonsense")).startsWith("HTTP/1.1 400");
        String upgrade = "GET /mqtt HTTP/1.1|Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Version: 13"
                + "|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==|Sec-WebSocket-Protocol: mqtt";
        assertThat(http(upgrade + "|Origin: https://evil.example")).startsWith("HTTP/1.1 403");
        assertThat(http(upgrade + "|Origin: https://app.example"))
                .startsWith("HTTP/1.1 101")
                .containsIgnoringCase("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assertThat(http(upgrade.replace("Protocol: mqtt", "Protocol: mqttv3.1")))
                .startsWith("HTTP/1.1 400");
        assertThat(http("GET /mqtt HTTP/1.1|X: " + "x".repeat(20_000))).startsWith("HTTP/1.1 4");
    }

    /** Lines are given with | between them; reads until the answer's head is there, or the end. */
    private String http(String lines) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), ws)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write((lines.replace("|", "\r\n") + "\r\n\r\n").getBytes(UTF_8));
            StringBuilder answer = new StringBuilder();
            for (int c = socket.getInputStream().read();
                    c >= 0;
                    c = socket.getInputStream().read()) {
                answer.append((char) c);
                if (answer.indexOf(" 101 ") >= 0 && answer.indexOf("\r\n\r\n") >= 0) {
                    break;
                }
            }
            return answer.toString();
        }
    }

    @Test
    void shouldSayWhereItListens() {
        Command.Result check = new Command(temp.resolve("check"))
                .holdfast("check", "-c", gateway.config().toString());

        assertThat(check.exitCode()).as(check.err()).isZero();
        for (String line : List.of(
                "devices  mqtt://127.0.0.1:" + gateway.port() + "  anybody on this machine",
                "devices  mqtts://127.0.0.1:" + mqtts + "  anybody on this machine",
                "devices  ws://127.0.0.1:" + ws + "/mqtt  anybody on this machine",
                "devices  wss://127.0.0.1:" + wss + "/in  anybody on this machine",
                "devices  unix://" + socket() + "  anybody on this machine",
                "ends in 1 days")) {
            assertThat(check.out()).contains(line);
        }
    }
}
