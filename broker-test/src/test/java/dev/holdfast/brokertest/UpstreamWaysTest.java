package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The ways to a broker other than plain TCP and MQTT 5, all of them by one gateway to one Mosquitto. */
class UpstreamWaysTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int MESSAGES = 10;
    private static final String USER = "box17";
    private static final String PASSWORD = "open-sesame";
    private static final List<String> ROUTES = new ArrayList<>();

    @SuppressWarnings("NullAway.Init") // before all tests
    private static Mosquitto broker;

    @SuppressWarnings("NullAway.Init") // before all tests
    private static ForwardProxy proxy;

    @SuppressWarnings("NullAway.Init") // before all tests
    private static TlsFront front;

    @SuppressWarnings("NullAway.Init") // before all tests
    private static GatewayProcess gateway;

    @BeforeAll
    static void goAllWays(@TempDir Path temp) {
        Certificates authority = new Certificates(temp.resolve("authority"));
        authority.issue("localhost", temp);
        authority.issue("box", temp, "client", 2);
        int web = Ports.free();
        int webTls = Ports.free();
        broker = Mosquitto.plain(temp.resolve("broker"))
                .with("listener " + web + " 127.0.0.1")
                .with("protocol websockets")
                .with("listener " + webTls + " 127.0.0.1")
                .with("protocol websockets")
                .with("certfile " + temp.resolve(Certificates.CERTIFICATE))
                .with("keyfile " + temp.resolve(Certificates.KEY))
                .with("cafile " + authority.authority())
                .with("require_certificate true")
                .start();
        proxy = new ForwardProxy(USER, PASSWORD);
        front = new TlsFront(broker.port(), authority, temp, "server");
        gateway = new GatewayProcess(temp.resolve("gateway"));
        String files = "ca-file: \"%s\", certificate: \"%s\", key: \"%s\""
                .formatted(authority.authority(), temp.resolve("client.crt"), temp.resolve("client.key"));
        String login = "proxy-username: %s, proxy-password: %s".formatted(USER, PASSWORD);
        route("old", "url: \"%s\", mqtt-version: 3.1.1".formatted(broker.url()));
        route("web", "url: \"ws://127.0.0.1:%d/mqtt\"".formatted(web));
        route("webtls", "url: \"wss://localhost:%d/mqtt\", %s".formatted(webTls, files));
        route("alpn", "url: \"mqtts://localhost:%d\", alpn: x-amzn-mqtt-ca, %s".formatted(front.port(), files));
        route("oldweb", "url: \"ws://127.0.0.1:%d/mqtt\", mqtt-version: 3.1.1".formatted(web));
        route("socks", viaProxy("mqtt", broker.port(), "socks5", login));
        route("http", viaProxy("mqtt", broker.port(), "http", login));
        route(
                "webtlshttp",
                viaProxy("wss", webTls, "http", login + ", " + files).replace("nowhere.example", "localhost"));
        route(
                "turn",
                "url: [\"mqtt://127.0.0.1:%d\", \"mqtt://no-such-host.invalid\", \"%s\"]"
                        .formatted(Ports.free(), broker.url()));
        route("stranger", viaProxy("mqtt", broker.port(), "http", "proxy-username: x, proxy-password: hunter2"));
        route(
                "uncertified",
                "url: \"wss://localhost:%d/mqtt\", ca-file: \"%s\"".formatted(webTls, authority.authority()));
        gateway.start();
        try (Publisher device = new Publisher(gateway.port())) {
            device.publish("t", ScriptedUpstreams.texts(MESSAGES));
        }
    }

    private static String viaProxy(String scheme, int port, String proxyScheme, String more) {
        return "url: \"%s://nowhere.example:%d\", proxy: \"%s://127.0.0.1:%d\", %s"
                .formatted(scheme, port, proxyScheme, proxy.port(), more);
    }

    private static void route(String name, String options) {
        ROUTES.add(name);
        gateway.route("name: %1$s, topics: [\"#\"], sink: {type: mqtt, topic: \"%1$s/{topic}\", %2$s}"
                .formatted(name, options));
    }

    @AfterAll
    static void endAll() {
        gateway.close();
        front.close();
        proxy.close();
        broker.close();
    }

    private static JsonNode status(String route) {
        return gateway.status().path("routes").path(ROUTES.indexOf(route));
    }

    private static void awaitDelivered(String route) {
        await("all is delivered by route " + route + ": " + gateway.directory())
                .atMost(TIMEOUT)
                .until(() -> status(route).path("delivered").asLong() == MESSAGES);
        assertThat(status(route).path("lastError").isNull()).as(route).isTrue();
        assertThat(status(route).path("deadLetters").asLong(-1)).as(route).isZero();
    }

    private static void assertConnected(String route, String version) {
        assertThat(broker.process().log())
                .containsPattern("New client connected from .* as holdfast-box-" + route + " \\(" + version + ",")
                .contains("'" + route + "/t'");
    }

    @Test
    void shouldSpeakTheOldVersion() {
        awaitDelivered("old");
        awaitDelivered("oldweb");

        assertConnected("old", "p2");
        assertConnected("oldweb", "p2");
    }

    @Test
    void shouldSpeakOverWebSockets() {
        awaitDelivered("web");
        awaitDelivered("webtls");

        assertConnected("web", "p5");
        assertConnected("webtls", "p5");
    }

    @Test
    void shouldShowItsCertificateAndAskForAProtocol() {
        awaitDelivered("alpn");

        assertThat(front.visits()).contains("CN=box x-amzn-mqtt-ca");
        assertConnected("alpn", "p5");
    }

    @Test
    void shouldSayThatTheBrokerWantsACertificate() {
        await("it is refused")
                .atMost(TIMEOUT)
                .until(() -> status("uncertified").path("lastError").isString());

        assertThat(status("uncertified").path("lastError").asString(""))
                .containsPattern("TLS: .*certificate_required"); // where in the sentence depends on the JDK
        assertThat(broker.process().log()).doesNotContain("holdfast-box-uncertified");
    }

    @Test
    void shouldGoThroughProxiesThatLookTheBrokerUp() {
        awaitDelivered("socks");
        awaitDelivered("http");
        awaitDelivered("webtlshttp");

        assertThat(proxy.requests())
                .contains("socks nowhere.example:" + broker.port(), "http nowhere.example:" + broker.port());
        assertConnected("socks", "p5");
        assertConnected("http", "p5");
        assertConnected("webtlshttp", "p5");
    }

    @Test
    void shouldSayThatTheProxyRefusesAndHideThePassword() {
        await("it is refused")
                .atMost(TIMEOUT)
                .until(() -> status("stranger").path("lastError").isString());

        assertThat(status("stranger").path("lastError").asString(""))
                .contains("mqtt://nowhere.example:" + broker.port() + " through http://127.0.0.1:" + proxy.port())
                .contains("the proxy does not let us through", "407");
        assertThat(gateway.log() + gateway.status()).doesNotContain("hunter2", PASSWORD);
    }

    @Test
    void shouldTryAddressesInTurn() {
        awaitDelivered("turn");

        assertConnected("turn", "p5");
        assertThat(gateway.log())
                .containsPattern("route=turn state=RETRYING why=.{0,20}127.0.0.1:[0-9]+: Connection refused");
    }
}
