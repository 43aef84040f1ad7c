package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.brokertest.FaultShim.Failure;
import java.nio.file.Path;
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

    @TempDir
    private Path temp = Path.of("");

    @Test
    void shouldEndAndLoseNothingWhenTheDiskFails() {
        FaultShim faults = new FaultShim(temp);
        int failures = 0;
        try (Scene scene = new Scene(temp)) {
            scene.gateway().withFaults(faults).lane(KEPT_LANE).start();
            scene.publish(0);
            for (int round = 0; round < ROUNDS; round++) {
                for (Failure what : Failure.values()) {
                    scene.ledger().awaitMoreAcknowledged(1_000 + scene.random().nextInt(5_000));
                    failDisk(scene, faults, what);
                    failures++;
                }
            }
            scene.ledger().awaitMoreAcknowledged(1_000);

            scene.assertNothingLost(scene.settle("4 failing disk", failures), failures * Scene.REPEATED_BY_CRASH);
        }
    }

    private static void failDisk(Scene scene, FaultShim faults, Failure what) {
        faults.failFrom(1 + scene.random().nextInt(3), what, scene.random().nextLong());

        int exitCode = scene.gateway().process().awaitExit();

        assertThat(exitCode)
                .as("exit code when %s fail: %s", what, scene.gateway().log())
                .isEqualTo(STORE_FAILED);
        assertThat(scene.gateway().log()).contains("nothing is acknowledged any more");
        faults.failNoMore();
        scene.gateway().start();
    }
}
