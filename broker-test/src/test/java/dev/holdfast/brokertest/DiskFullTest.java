package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.brokertest.LoopDisk.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The disk is full, of the gateway's own messages or of another's, or the quota is: row 5 of the faults to survive.
 * Devices wait meanwhile; when there is room again, everything goes on unaided.
 */
class DiskFullTest {

    private static final long DISK_BYTES = 256L << 20;
    private static final long QUOTA_BYTES = 160L << 20;

    private static final Duration FULL = Duration.ofSeconds(60);

    /** So that it is full soon. */
    private static final int PAYLOAD_BYTES = 4_096;

    /** Of each device: a busy machine delivers more than that too, so that there is room again while devices publish. */
    private static final double RATE_THAT_IS_DELIVERED = 150;

    private static final Duration STANDSTILL = Duration.ofSeconds(2);

    /** How often the disk is filled: once in CI; -Dholdfast.full-disks=20 for the long form. */
    private static final int ROUNDS = Integer.getInteger("holdfast.full-disks", 1);

    @TempDir
    private Path temp = Path.of("");

    @ParameterizedTest
    @ValueSource(strings = {"tmpfs", "ext4"})
    void shouldHoldBackOnAFullDiskAndGoOnWhenThereIsRoom(String kind) {
        fillAndDrain("5 full disk, " + kind, disk(kind), DISK_BYTES);
    }

    @Test
    void shouldStayBelowItsQuota() {
        fillAndDrain("5 full quota", LoopDisk.inMemory(temp, 2 * DISK_BYTES), QUOTA_BYTES);
    }

    private LoopDisk disk(String kind) {
        return kind.equals("tmpfs") ? LoopDisk.inMemory(temp, DISK_BYTES) : LoopDisk.make(temp, Kind.EXT4, DISK_BYTES);
    }

    private void fillAndDrain(String fault, LoopDisk disk, long quotaBytes) {
        try (disk;
                Scene scene = new Scene(temp, PAYLOAD_BYTES)) {
            scene.gateway()
                    .withStore(disk.path().resolve("store"))
                    .withStoreKey("quota: " + (quotaBytes >> 20) + "MiB")
                    .start();
            scene.publish(0);
            for (int round = 0; round < ROUNDS; round++) {
                scene.cutLink();
                awaitStandstill(scene);
                assertThat(bytesOnDisk(scene)).as("bytes on disk").isBetween(quotaBytes / 3, quotaBytes);
                scene.restoreLink();
                scene.ledger().awaitMoreAcknowledged(10_000);
            }

            scene.assertNothingLost(scene.settle(fault, ROUNDS), ROUNDS * Scene.REPEATED_BY_LINK_LOSS);
            assertThat(scene.gateway().log()).doesNotContain("OutOfMemoryError").doesNotContain("gateway ends");
        }
    }

    @Test
    void shouldHoldBackWhileAnotherFillsTheDisk() throws IOException {
        try (LoopDisk disk = LoopDisk.make(temp, Kind.EXT4, DISK_BYTES);
                Scene scene = new Scene(temp, PAYLOAD_BYTES)) {
            scene.gateway().withStore(disk.path().resolve("store")).start();
            scene.publish(RATE_THAT_IS_DELIVERED);
            Path other = disk.path().resolve("other");
            for (int round = 0; round < ROUNDS; round++) {
                scene.cutLink();
                scene.ledger().awaitMoreAcknowledged(2_000);
                scene.gateway().process().signal("STOP"); // so that it can't see it coming
                fill(other);
                scene.gateway().process().signal("CONT");
                awaitStandstill(scene);
                // a commit finds out, or a look at the disk if it comes first
                await("the gateway says why")
                        .atMost(FULL)
                        .until(() -> scene.gateway().log().contains("the disk is full"));
                Files.delete(other);
                scene.ledger().awaitMoreAcknowledged(10_000); // with the link still down
                scene.restoreLink();
                awaitRoom(scene);
            }

            scene.assertNothingLost(
                    scene.settle("5 disk filled by another", ROUNDS), ROUNDS * Scene.REPEATED_BY_LINK_LOSS);
        }
    }

    /** Takes what is left, to the last block. */
    private static void fill(Path file) throws IOException {
        byte[] block = new byte[4_096];
        try (OutputStream out = Files.newOutputStream(file)) {
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).contains("No space left")) {
                throw e;
            }
        }
    }

    /** Waits until nothing more is acknowledged for a while. */
    private static void awaitStandstill(Scene scene) {
        long[] seen = {-1, System.nanoTime()};
        await("nothing is acknowledged any more").atMost(FULL).until(() -> {
            scene.gateway().assertAlive();
            long acknowledged = scene.ledger().balance().acknowledged();
            if (acknowledged != seen[0]) {
                seen[0] = acknowledged;
                seen[1] = System.nanoTime();
            }
            return System.nanoTime() - seen[1] > STANDSTILL.toNanos();
        });
    }

    /** Waits until the disk has room for what the next round lets wait on it. */
    private static void awaitRoom(Scene scene) {
        await("the backlog is nearly gone")
                .atMost(FULL)
                .until(() ->
                        scene.gateway().route().path("backlog").path("messages").asLong() < 1_000);
    }

    /** By the file system's word. */
    private static long bytesOnDisk(Scene scene) {
        String store = scene.gateway().store().toString();
        return Long.parseLong(ManagedProcess.run("du", "-sB1", store).split("\\s", -1)[0]);
    }
}
