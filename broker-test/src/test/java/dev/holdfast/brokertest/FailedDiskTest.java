package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.brokertest.FaultShim.Failure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The disk fails at any place, and forgets what it could not sync: row 4 of the faults to survive. ({@link FailedCommitTest}
 * shows by the kernel's word that nothing follows a failed sync.)
 */
class FailedDiskTest {

    private static final int STORE_FAILED = 74;

    /** How often each is tried, at another place each time: once in CI, 40 times by -Dholdfast.disk-failures=40. */
    private static final int ROUNDS = Integer.getInteger("holdfast.disk-failures", 1);

    /** Half of what is stored stays in files whose other half is dead, which is what the cleaner works on. */
    private static final String KEPT_LANE =
            "name: kept, topics: [sensors/0, sensors/2, sensors/4, sensors/6], history: {size: 64MiB}";

    /** So that files are full soon, and there is enough for the cleaner. */
    private static final int LARGE_PAYLOAD = 4_096;

    private static final double RATE_THAT_IS_DELIVERED = 150;
    private static final Duration CLEANER_AT_WORK = Duration.ofSeconds(90);

    @TempDir
    private Path temp = Path.of("");

    @Test
    void shouldEndAndLoseNothingWhenTheDiskFails() {
        FaultShim faults = new FaultShim(temp);
        int failures = 0;
        try (Scene scene = new Scene(temp, LARGE_PAYLOAD)) {
            scene.gateway().withFaults(faults).start();
            scene.publish(500);
            for (int round = 0; round < ROUNDS; round++) {
                for (Failure what : EnumSet.complementOf(EnumSet.of(Failure.IN_BACKGROUND))) {
                    scene.ledger().awaitMoreAcknowledged(1_000 + scene.random().nextInt(5_000));
                    failDisk(scene, faults, what);
                    failures++;
                }
            }
            scene.ledger().awaitMoreAcknowledged(1_000);

            scene.assertNothingLost(scene.settle("4 failing disk", failures), failures * Scene.REPEATED_BY_CRASH);
        }
    }

    @Test
    void shouldEndAndLoseNothingWhenTheDiskFailsTheCleaner() {
        FaultShim faults = new FaultShim(temp);
        try (Scene scene = new Scene(temp, LARGE_PAYLOAD)) {
            scene.gateway().withFaults(faults).lane(KEPT_LANE).start();
            faults.failFrom(1, Failure.IN_BACKGROUND, scene.random().nextLong());
            scene.publish(RATE_THAT_IS_DELIVERED);

            await("the cleaner has had something to do, and failed")
                    .atMost(CLEANER_AT_WORK)
                    .until(() -> !scene.gateway().process().isAlive());
            failed(scene, faults, Failure.IN_BACKGROUND);
            scene.ledger().awaitMoreAcknowledged(1_000);

            scene.assertNothingLost(
                    scene.settle("4 failing cleaner", 1), 2 * Scene.REPEATED_BY_CRASH); // it has two lanes
        }
    }

    private static void failDisk(Scene scene, FaultShim faults, Failure what) {
        faults.failFrom(1 + scene.random().nextInt(3), what, scene.random().nextLong());
        failed(scene, faults, what);
    }

    private static void failed(Scene scene, FaultShim faults, Failure what) {
        int exitCode = scene.gateway().process().awaitExit();

        assertThat(exitCode)
                .as("exit code when %s fail: %s", what, scene.gateway().log())
                .isEqualTo(STORE_FAILED);
        assertThat(scene.gateway().log()).contains("nothing is acknowledged any more");
        faults.failNoMore();
        scene.gateway().start();
    }
}
