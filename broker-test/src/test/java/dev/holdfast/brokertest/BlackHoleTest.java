package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Links that swallow everything, or reset it, before the gateway and behind it: row 11 of the faults to survive. */
@Tag("alone")
class BlackHoleTest {

    /** Flaps: 6 in CI, 50 for the long form by -Dholdfast.flaps=50. */
    private static final int FLAPS = Integer.getInteger("holdfast.flaps", 4);

    private static final Duration NOTICED = Duration.ofSeconds(20);

    @TempDir
    private Path temp = Path.of("");

    @Test
    void shouldLoseNothingWhenLinksSwallowOrResetEverything() {
        try (Scene scene = new Scene(temp);
                Firewall upstream = new Firewall(scene.linkPort());
                Firewall devices = new Firewall(scene.gateway().port())) {
            scene.gateway().start();
            scene.publish(200);
            scene.ledger().awaitMoreAcknowledged(1_000);
            for (int flap = 0; flap < FLAPS; flap++) {
                Firewall wall = scene.random().nextInt(3) == 0 ? devices : upstream;
                if (scene.random().nextBoolean()) {
                    wall.drop();
                } else {
                    wall.reset();
                }
                scene.pause(500, 5_000);
                wall.open();
                scene.pause(200, 2_000);
            }
            scene.ledger().awaitMoreAcknowledged(1_000);

            scene.assertNothingLost(scene.settle("11 black holes and resets", FLAPS), FLAPS * Scene.REPEATED_BY_CRASH);
            scene.gateway().assertAlive();
        }
    }

    @Test
    void shouldNoticeABlackHoleByWhatIsNotAcknowledged() {
        try (Scene scene = new Scene(temp);
                Firewall upstream = new Firewall(scene.linkPort())) {
            scene.gateway().start();
            scene.publish(200);
            scene.ledger().awaitMoreAcknowledged(1_000);
            upstream.drop();

            await("the route says that it does not deliver")
                    .atMost(NOTICED)
                    .until(() ->
                            !scene.gateway().route().path("state").asString("").equals("delivering"));
            assertThat(scene.gateway().statusOf("/readyz"))
                    .as("devices are taken all the same")
                    .isEqualTo(200);
            scene.ledger().awaitMoreAcknowledged(2_000);
            upstream.open();

            scene.assertNothingLost(scene.settle("11 black hole", 1), 2 * Scene.REPEATED_BY_LINK_LOSS);
        }
    }
}
