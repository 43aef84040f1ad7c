package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The listener's certificate is renewed without a restart, and clients are known by theirs. */
class ListenerTlsTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final int NOT_AUTHORIZED = 0x87;
    private static final int BAD_LOGIN = 0x86;

    @TempDir
    private Path temp = Path.of("");

    @SuppressWarnings("NullAway.Init") // before each test
    private Certificates authority;

    @SuppressWarnings("NullAway.Init") // before each test
    private Mosquitto broker;

    @SuppressWarnings("NullAway.Init") // before each test
    private Subscriber upstream;

    @SuppressWarnings("NullAway.Init") // before each test
    private GatewayProcess gateway;

    private final int port = Ports.free();
    private final String uri = "ssl://localhost:" + port;

    @BeforeEach
    void start() throws MqttException {
        authority = new Certificates(temp.resolve("ours"));
        authority.issue("localhost", temp, "one", 40);
        install("one");
        broker = Mosquitto.plain(temp.resolve("broker")).start();
        upstream = new Subscriber(broker.port());
        gateway = new GatewayProcess(temp.resolve("gateway")).routeTo("mqtt://127.0.0.1:" + broker.port());
    }

    @AfterEach
    void endAll() throws MqttException {
        upstream.close();
        gateway.close();
        broker.close();
    }

    private void install(String name) {
        install(temp.resolve(name + ".crt"), "server.pem");
        install(temp.resolve(name + ".key"), "server.key");
    }

    private void install(Path file, String name) {
        try {
            Path next = Files.copy(file, temp.resolve(name + ".new"), StandardCopyOption.REPLACE_EXISTING);
            Files.move(next, temp.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void startWith(String keys) {
        gateway.listener("mqtts: {bind: \"127.0.0.1:%d\", certificate: %s, key: %s%s}"
                        .formatted(port, temp.resolve("server.pem"), temp.resolve("server.key"), keys))
                .start();
    }

    /** Serial number of the certificate that is shown now. */
    private String shown() {
        try (SSLSocket socket =
                (SSLSocket) authority.client(temp, "").getSocketFactory().createSocket("localhost", port)) {
            socket.setSoTimeout((int) TIMEOUT.toMillis());
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSerialNumber()
                    .toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitWarning(String text) {
        await("a warning of " + text)
                .atMost(TIMEOUT)
                .until(() -> gateway.status()
                        .path("ingest")
                        .path("warnings")
                        .toString()
                        .contains(text));
    }

    @Test
    void shouldShowARenewedCertificateAndLoseNothing() throws MqttException {
        startWith("");
        SSLContext tls = authority.client(temp, "");
        Visitor old = Visitor.enter(uri, tls, "", "");
        assertThat(old.publish("t", "1")).isZero();
        String first = shown();

        authority.issue("localhost", temp, "two", 40);
        install("two");
        await("the new certificate").atMost(TIMEOUT).until(() -> !shown().equals(first));
        String second = shown();
        assertThat(old.publish("t", "2")).as("who is connected stays").isZero();

        write("server.pem", "rubbish");
        awaitWarning("certificate as before");
        assertThat(shown()).isEqualTo(second);
        authority.issue("localhost", temp, "three", 40);
        install(temp.resolve("three.crt"), "server.pem");
        awaitWarning("the key does not belong to the certificate");
        authority.issue("localhost", temp, "old", -1);
        install("old");
        awaitWarning("which is not now, and the one before is");
        assertThat(shown()).isEqualTo(second);
        try (Visitor fresh = Visitor.enter(uri, tls, "", "")) {
            assertThat(fresh.publish("t", "3")).isZero();
        }

        install("three");
        await("the third certificate").atMost(TIMEOUT).until(() -> !shown().equals(second));
        assertThat(old.publish("t", "4")).isZero();
        old.close();
        await("all to arrive")
                .until(() -> upstream.arrivals().stream()
                        .map(Subscriber.Arrival::text)
                        .toList()
                        .equals(List.of("1", "2", "3", "4")));
        assertThat(gateway.status().path("ingest").path("warnings").size()).isZero();
    }

    private void write(String name, String content) {
        try {
            Files.writeString(temp.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void shouldKnowClientsByTheirCertificates() throws MqttException {
        authority.issue("box-one", temp, "client", 2);
        authority.issue("box-old", temp, "expired", -1);
        Certificates others = new Certificates(temp.resolve("others"));
        others.issue("box-one", temp, "stranger", 2);
        gateway.withSection("access: {users: %s, publish: [{topics: [\"d/%%u/#\"]}]}".formatted(users()));
        startWith(", client-ca: " + authority.authority());

        try (Visitor one = Visitor.enter(uri, authority.client(temp, "client"), "", "")) {
            assertThat(one.publish("d/box-one/t", "mine")).isZero();
            assertThat(one.publish("d/box-two/t", "not mine")).isEqualTo(NOT_AUTHORIZED);
        }
        for (String file : List.of("", "stranger", "expired")) {
            SSLContext tls = authority.client(temp, file);
            assertThatThrownBy(() -> Visitor.enter(uri, tls, "alice", "sesame"))
                    .as(file)
                    .isInstanceOf(MqttException.class);
        }
        await("it to arrive").until(() -> upstream.arrivals().size() == 1);
        assertThat(gateway.status().path("ingest").path("connects").asInt(0)).isZero();
    }

    @Test
    void shouldTakeAPasswordWhereACertificateIsOptional() throws MqttException {
        authority.issue("box-one", temp, "client", 2);
        gateway.withSection("access: {users: %s, publish: [{topics: [\"d/%%u/#\"]}]}".formatted(users()));
        startWith(", client-certificate: optional, client-ca: " + authority.authority());
        SSLContext without = authority.client(temp, "");

        assertThat(Visitor.refusal(uri, without, "", "")).isEqualTo(BAD_LOGIN);
        assertThat(Visitor.refusal(uri, without, "alice", "guess")).isEqualTo(BAD_LOGIN);
        try (Visitor alice = Visitor.enter(uri, without, "alice", "sesame");
                Visitor one = Visitor.enter(uri, authority.client(temp, "client"), "alice", "anything")) {
            assertThat(alice.publish("d/alice/t", "m")).isZero();
            assertThat(one.publish("d/box-one/t", "m"))
                    .as("the certificate counts")
                    .isZero();
            assertThat(one.publish("d/alice/t", "m")).isEqualTo(NOT_AUTHORIZED);
        }
    }

    private Path users() {
        Command.Result made = new Command(temp.resolve("command"))
                .run(List.of(
                        "sh",
                        "-c",
                        "echo sesame | " + GatewayProcess.command() + " passwd --stdin -f " + temp.resolve("users")
                                + " alice"));
        assertThat(made.exitCode()).as(made.err()).isZero();
        return temp.resolve("users");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    server.pem | rubbish                          | the certificate file holds no certificate
                    server.pem |                                  | there is no file
                    server.key | rubbish                          | the key file holds no key
                    server.key | -----BEGIN RSA PRIVATE KEY-----  | openssl pkcs8 -topk8 -nocrypt
                    server.key | -----BEGIN ENCRYPTED PRIVATE KEY----- | openssl pkcs8 -topk8 -nocrypt
                    """)
    void shouldNotStartWithFilesThatItCanNotUse(String name, String content, String why) throws IOException {
        if (content == null) {
            Files.delete(temp.resolve(name));
        } else {
            write(name, content);
        }
        gateway.listener("mqtts: {bind: \"127.0.0.1:%d\", certificate: %s, key: %s}"
                .formatted(port, temp.resolve("server.pem"), temp.resolve("server.key")));

        Command.Result result = new Command(temp.resolve("command"))
                .holdfast("run", "-c", gateway.config().toString());

        assertThat(result.exitCode()).isEqualTo(78);
        assertThat(result.err()).contains("the certificate of listen.mqtts can't be used", why);
    }
}
