package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.brokertest.FaultShim.Failure;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The disk fails at any place, and forgets what it could not sync: row 4 of the faults to survive. ({@link FailedCommitTest}
 * shows by the kernel's word that nothing follows a failed sync.)
 */
class FailedDiskTest {

    private static final int STORE_FAILED = 74;

    /** How often the first failure is tried: at another place each time. */
    private static final int ROUNDS = Integer.getInteger("holdfast.disk-failures", 1);

    @TempDir
    private Path temp = Path.of("");

    @ParameterizedTest
    @EnumSource(Failure.class)
    void shouldEndAndLoseNothingWhenTheDiskFails(Failure what) {
        FaultShim faults = new FaultShim(temp);
        try (Scene scene = new Scene(temp)) {
            scene.gateway().withFaults(faults).start();
            scene.publish(0);
            for (int round = 0; round < ROUNDS; round++) {
                scene.ledger().awaitMoreAcknowledged(1_000 + scene.random().nextInt(5_000));
                faults.failFrom(
                        1 + scene.random().nextInt(3), what, scene.random().nextLong());

                int exitCode = scene.gateway().process().awaitExit();

                assertThat(exitCode).as("exit code: %s", scene.gateway().log()).isEqualTo(STORE_FAILED);
                assertThat(scene.gateway().log()).contains("nothing is acknowledged any more");
                faults.failNoMore();
                scene.gateway().start();
                scene.ledger().awaitMoreAcknowledged(1_000);
            }

            scene.assertNothingLost(scene.settle("4 failing " + what, ROUNDS), ROUNDS * Scene.REPEATED_BY_CRASH);
        }
    }
}
