package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Over TLS the gateway talks to the broker that it was told to and to no other, and says why when it does not. */
class UpstreamTlsTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @TempDir
    private Path temp = Path.of("");

    @SuppressWarnings("NullAway.Init") // before each test
    private Certificates trusted;

    @SuppressWarnings("NullAway.Init") // by each test
    private Mosquitto broker;

    @SuppressWarnings("NullAway.Init") // by each test
    private GatewayProcess gateway;

    @BeforeEach
    void makeAuthority() {
        trusted = new Certificates(temp.resolve("trusted"));
    }

    @AfterEach
    void endAll() {
        gateway.close();
        broker.close();
    }

    private void start() {
        broker = Mosquitto.plain(temp.resolve("broker"))
                .with("certfile " + temp.resolve(Certificates.CERTIFICATE))
                .with("keyfile " + temp.resolve(Certificates.KEY))
                .start();
        gateway = new GatewayProcess(temp.resolve("gateway"))
                .withJavaOptions(trusted.javaOptions())
                .routeTo("mqtts://localhost:" + broker.port())
                .start();
        try (Publisher device = new Publisher(gateway.port())) {
            device.publish("t", ScriptedUpstreams.texts(10));
        }
    }

    private void awaitDelivered() {
        await("they are delivered over TLS: " + gateway.directory())
                .atMost(TIMEOUT)
                .until(() -> gateway.route().path("delivered").asLong() == 10);
        assertThat(gateway.route().path("lastError").isNull()).isTrue();
        assertThat(broker.process().log()).contains("site/t");
    }

    @Test
    void shouldDeliverToABrokerWithTheRightCertificate() {
        trusted.issue("localhost", temp);
        start();

        awaitDelivered();
    }

    @ParameterizedTest
    @CsvSource({
        "another, localhost, unable to find valid certification path",
        "trusted, broker.example, No subject alternative DNS name matching localhost found"
    })
    void shouldRefuseAnotherBrokerUntilItShowsTheRightCertificate(String authority, String host, String why) {
        Certificates shown = authority.equals("trusted") ? trusted : new Certificates(temp.resolve(authority));
        shown.issue(host, temp);
        start();

        await("the route pauses: " + gateway.directory())
                .atMost(TIMEOUT)
                .until(() -> gateway.route().path("state").asString().equals("paused"));
        assertThat(gateway.route().path("lastError").asString(""))
                .startsWith("mqtts://localhost:" + broker.port() + ": TLS: ")
                .contains(why);
        assertThat(gateway.route().path("delivered").asLong(-1)).isZero();
        assertThat(broker.process().log()).doesNotContain("site/t");

        trusted.issue("localhost", temp);
        broker.stop();
        broker.start();

        awaitDelivered();
        assertThat(gateway.route().path("deadLetters").asLong(-1)).isZero();
    }
}
