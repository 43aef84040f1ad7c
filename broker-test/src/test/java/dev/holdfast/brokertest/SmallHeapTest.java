package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.gateway.load.Ledger;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A long backlog with the largest packets in it, and a heap of 48 MB: row 9 of the faults to survive. */
@Tag("alone")
class SmallHeapTest {

    /** Messages of the backlog: 100,000 in CI, a million for the long form by -Dholdfast.backlog=1000000. */
    private static final int BACKLOG = Integer.getInteger("holdfast.backlog", 100_000);

    private static final int LARGE_DEVICES = 3;
    private static final int LARGE_WINDOW = 4;
    private static final int LARGE_EACH = BACKLOG / 5_000;

    /** With topic, packet id and properties this is a packet of 1 MiB, which is the most that is taken. */
    private static final int LARGE_BYTES = (1 << 20) - 32;

    private static final Duration FILL = Duration.ofMinutes(5);
    private static final Duration DRAIN = Duration.ofMinutes(5);

    @TempDir
    private Path temp = Path.of("");

    @Test
    void shouldFillAndDrainWithASmallHeap() {
        try (Scene scene = new Scene(temp);
                LedgerProcess large = new LedgerProcess(temp, "images", LARGE_BYTES)) {
            scene.gateway().withJavaOptions("-Xmx48m").start();
            large.subscribe(scene.upstreamPort());
            scene.cutLink();
            int port = scene.gateway().port();
            scene.ledger().publish(port, Scene.DEVICES, Scene.DEVICE_WINDOW, BACKLOG / Scene.DEVICES, 0, true);
            large.publish(port, LARGE_DEVICES, LARGE_WINDOW, LARGE_EACH, 0, true);
            await("the backlog is there").atMost(FILL).until(() -> {
                scene.gateway().assertAlive();
                return scene.ledger().isDone() && large.isDone();
            });
            scene.restoreLink();

            await("the backlog is gone").atMost(DRAIN).until(() -> {
                scene.gateway().assertAlive();
                return scene.isDrained();
            });
            Ledger.Balance balance = scene.ledger().awaitSettled(DRAIN);
            Ledger.Balance largeBalance = large.awaitSettled(DRAIN);

            scene.report("9 small heap, 256 B", 1, balance);
            scene.report("9 small heap, 1 MiB", 1, largeBalance);
            scene.gateway().assertAlive();
            assertThat(scene.gateway().log()).doesNotContain("OutOfMemoryError");
            scene.assertNothingLost(balance, 0);
            scene.assertNothingLost(largeBalance, 0);
        }
    }
}
