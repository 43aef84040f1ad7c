package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.gateway.load.Ledger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that are wrong, expired or renewed while messages flow: it waits, says why, goes on by itself, loses nothing. */
class UpstreamCertificateTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int DEVICES = 2;
    private static final String GOOD = "good";

    @TempDir
    private Path temp = Path.of("");

    @SuppressWarnings("NullAway.Init") // before each test
    private Certificates ours;

    @SuppressWarnings("NullAway.Init") // before each test
    private Mosquitto broker;

    @SuppressWarnings("NullAway.Init") // before each test
    private TlsFront front;

    @SuppressWarnings("NullAway.Init") // before each test
    private GatewayProcess gateway;

    @SuppressWarnings("NullAway.Init") // before each test
    private LedgerProcess ledger;

    @BeforeEach
    void start() {
        ours = new Certificates(temp.resolve("ours"));
        ours.issue("localhost", temp, GOOD, 2);
        ours.issue("box-one", temp, "one", 2);
        broker = Mosquitto.persistent(temp.resolve("broker")).start();
        front = new TlsFront(broker.port(), ours, temp, GOOD);
        install(ours.authority(), "ca.pem");
        install(temp.resolve("one.crt"), "client.pem");
        install(temp.resolve("one.key"), "client.key");
        gateway = new GatewayProcess(temp.resolve("gateway"))
                .route(("name: cloud, topics: [\"#\"], sink: {type: mqtt, url: \"mqtts://localhost:%d\","
                                + " topic: \"site/{topic}\", ca-file: %2$s/ca.pem, certificate: %2$s/client.pem,"
                                + " key: %2$s/client.key}")
                        .formatted(front.port(), temp))
                .start();
        ledger = new LedgerProcess(temp);
        ledger.subscribe(broker.port());
        ledger.publish(gateway.port(), DEVICES, 64, Long.MAX_VALUE, 500, true);
        awaitFlow();
    }

    @AfterEach
    void endAll() {
        ledger.close();
        gateway.close();
        front.close();
        broker.close();
    }

    /** Puts a file where the gateway looks for it, as tools that renew certificates do. */
    private void install(Path file, String name) {
        try {
            Path next = Files.copy(file, temp.resolve(name + ".new"), StandardCopyOption.REPLACE_EXISTING);
            Files.move(next, temp.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitFlow() {
        long before = gateway.route().path("delivered").asLong();
        await("it delivers: " + gateway.directory())
                .atMost(TIMEOUT)
                .until(() -> gateway.route().path("delivered").asLong() > before + 100
                        && gateway.route().path("lastError").isNull());
    }

    private void awaitPaused(String why) {
        await("the route pauses for " + why + ": " + gateway.directory())
                .atMost(TIMEOUT)
                .until(() -> gateway.route().path("state").asString().equals("paused")
                        && gateway.route().path("lastError").asString("").contains(why));
    }

    private void assertNothingIsLost() {
        ledger.stopPublishing();
        Ledger.Balance balance = ledger.awaitSettled(TIMEOUT);
        assertThat(balance.lost()).as(balance.toString()).isZero();
        assertThat(balance.outOfOrder()).as(balance.toString()).isZero();
        assertThat(balance.delivered()).isEqualTo(balance.sent()).isPositive();
        assertThat(gateway.route().path("deadLetters").asLong(-1)).isZero();
    }

    @Test
    void shouldWaitForABrokerThatShowsTheRightCertificate() {
        Certificates others = new Certificates(temp.resolve("others"));
        others.issue("localhost", temp, "stranger", 2);
        ours.issue("localhost", temp, "expired", -1);
        ours.issue("broker.example", temp, "elsewhere", 2);

        front.show(temp, "stranger");
        awaitPaused("unable to find valid certification path");
        front.show(temp, GOOD);
        awaitFlow();
        front.show(temp, "expired");
        awaitPaused("the broker's certificate for CN=localhost has expired on ");
        front.show(temp, GOOD);
        awaitFlow();
        front.show(temp, "elsewhere");
        awaitPaused("No subject alternative DNS name matching localhost found");
        front.show(temp, GOOD);
        awaitFlow();

        assertNothingIsLost();
    }

    @Test
    void shouldUseWhatWasRenewedWithoutARestart() {
        Certificates others = new Certificates(temp.resolve("others"));
        others.issue("localhost", temp, "stranger", 2);
        ours.issue("box-two", temp, "two", 2);

        install(others.authority(), "ca.pem");
        front.show(temp, "stranger");
        awaitFlow();
        assertThat(front.visits()).last().asString().startsWith("CN=box-one ");

        install(temp.resolve("two.crt"), "client.pem");
        front.cut();
        awaitPaused("key: the key in \"" + temp.resolve("client.key") + "\" does not belong to the first certificate");
        install(temp.resolve("two.key"), "client.key");
        awaitFlow();
        assertThat(front.visits()).last().asString().startsWith("CN=box-two ");

        ours.issue("box-old", temp, "old", -1);
        install(temp.resolve("old.crt"), "client.pem");
        install(temp.resolve("old.key"), "client.key");
        front.cut();
        awaitPaused("our own certificate for CN=box-old has expired on ");
        install(temp.resolve("two.crt"), "client.pem");
        install(temp.resolve("two.key"), "client.key");
        awaitFlow();

        assertNothingIsLost();
    }
}
