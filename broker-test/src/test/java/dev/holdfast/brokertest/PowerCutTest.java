package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.brokertest.LoopDisk.Kind;
import dev.holdfast.gateway.load.Ledger;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The filesystem is cut off from its disk under load, and comes back with what was synced: row 3 of the faults to survive.
 * The same with syncs that do nothing must lose, or the test would prove nothing.
 */
class PowerCutTest {

    private static final int STORE_FAILED = 74;
    private static final long DISK_BYTES = 320L << 20;

    @TempDir
    private Path temp = Path.of("");

    /** The count of rounds for each filesystem: 3 in CI, 100 for the long form by -Dholdfast.power-cuts=100. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void shouldLoseNothingWhenThePowerIsCut(Kind kind) {
        int rounds = Integer.getInteger("holdfast.power-cuts", 3);
        try (LoopDisk disk = LoopDisk.make(temp, kind, DISK_BYTES);
                Scene scene = new Scene(temp)) {
            scene.gateway().withStore(disk.path().resolve("store")).start();
            scene.publish(500);
            for (int round = 0; round < rounds; round++) {
                if (round % 2 == 0) {
                    scene.cutLink();
                }
                scene.pause(300, 1_000);
                cutPower(disk, scene);
                scene.restoreLink();
                scene.gateway().start();
                scene.ledger().awaitMoreAcknowledged(1);
            }

            scene.assertNothingLost(scene.settle("3 power cut, " + kind, rounds), rounds * Scene.REPEATED_BY_CRASH);
            scene.assertNoDamage();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void shouldLoseWhenNothingIsSynced(Kind kind) {
        FaultShim faults = new FaultShim(temp);
        try (LoopDisk disk = LoopDisk.make(temp, kind, DISK_BYTES);
                Scene scene = new Scene(temp)) {
            scene.gateway()
                    .withStore(disk.path().resolve("store"))
                    .withFaults(faults)
                    .start();
            faults.swallowSyncs(true);
            scene.publish(500);
            scene.cutLink();
            scene.ledger().awaitMoreAcknowledged(2_000);
            cutPower(disk, scene);
            faults.swallowSyncs(false);
            scene.restoreLink();
            scene.gateway().start();
            scene.ledger().awaitMoreAcknowledged(1);

            Ledger.Balance balance = scene.settleWithLosses("3 power cut without syncs, " + kind, 1);

            assertThat(balance.lost()).as("lost: %s", balance).isPositive();
        }
    }

    private static void cutPower(LoopDisk disk, Scene scene) {
        if (scene.random().nextBoolean()) {
            disk.cutPower();
        } else {
            disk.cutPowerAfterLogFlush();
        }
        assertThat(scene.gateway().process().awaitExit()).as("exit code").isEqualTo(STORE_FAILED);
        disk.remount();
    }
}
