package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.brokertest.LoopDisk.Kind;
import dev.holdfast.gateway.load.Ledger;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The filesystem finds damage and gets read-only: row 6 of the faults to survive. */
@Tag("alone")
class ReadOnlyDiskTest {

    private static final int STORE_FAILED = 74;
    private static final long DISK_BYTES = 128L << 20;

    /** A second, and what it takes to see it from here. */
    private static final Duration NOTICED = Duration.ofSeconds(1);

    @TempDir
    private Path temp = Path.of("");

    @Test
    void shouldEndWithinASecondUnderLoad() {
        try (LoopDisk disk = LoopDisk.make(temp, Kind.EXT4, DISK_BYTES);
                Scene scene = new Scene(temp)) {
            scene.gateway().withStore(disk.path().resolve("store")).start();
            scene.publish(500);
            scene.cutLink();
            scene.ledger().awaitMoreAcknowledged(2_000);

            assertEnds(disk, scene);
            Ledger.Balance atTheEnd = scene.ledger().balance();
            scene.pause(300, 301);
            assertThat(scene.ledger().balance().acknowledged())
                    .as("acknowledged when it has ended")
                    .isEqualTo(atTheEnd.acknowledged());

            disk.remount(); // which mends it
            scene.restoreLink();
            scene.gateway().start();
            scene.ledger().awaitMoreAcknowledged(1_000);
            scene.assertNothingLost(scene.settle("6 read-only filesystem", 1), Scene.REPEATED_BY_CRASH);
        }
    }

    @Test
    void shouldEndWithinASecondAlsoWhenIdle() {
        try (LoopDisk disk = LoopDisk.make(temp, Kind.EXT4, DISK_BYTES);
                Scene scene = new Scene(temp)) {
            scene.gateway().withStore(disk.path().resolve("store")).start();
            scene.pause(2_000, 2_001); // what there is to do after a start is done

            assertEnds(disk, scene);
        }
    }

    private static void assertEnds(LoopDisk disk, Scene scene) {
        long start = System.nanoTime();
        disk.findDamage();

        int exitCode = scene.gateway().process().awaitExit();

        Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertThat(exitCode).as("exit code").isEqualTo(STORE_FAILED);
        assertThat(took).as("time until it ended").isLessThan(NOTICED);
        assertThat(scene.gateway().log())
                .contains("nothing is acknowledged any more")
                .contains("exit=74");
        System.out.printf("FAULT 6 read-only filesystem: ended after %d ms%n", took.toMillis());
    }
}
