package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.brokertest.FaultShim.Crash;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The gateway ends at its n-th sync, before it, after it or torn as by a power cut: row 2 of the faults to survive. Each
 * round begins with what the one before has left.
 */
class CrashAtSyncTest {

    /** With this the long form: n = 1 … 300 by -Dholdfast.crash-syncs=300; in CI some of them. */
    private static final long LONG_FORM = Long.getLong("holdfast.crash-syncs", 0);

    private static final int SHORT_ROUNDS = 10;
    private static final long SHORT_LAST = 300;
    private static final List<Crash> HOWS = List.of(Crash.values());
    private static final int KILLED = 128 + 9;

    @TempDir
    private Path temp = Path.of("");

    @Test
    void shouldLoseNothingWhereverItCrashes() {
        FaultShim faults = new FaultShim(temp);
        try (Scene scene = new Scene(temp)) {
            scene.gateway().withFaults(faults).start();
            scene.publish(1_000);
            List<Long> syncs = syncs(scene);
            scene.gateway().kill();
            for (long n : syncs) {
                Crash how = HOWS.get(scene.random().nextInt(HOWS.size()));
                if (scene.random().nextInt(4) == 0) {
                    scene.cutLink();
                } else {
                    scene.restoreLink();
                }
                faults.crashAtSync(n, how, scene.random().nextLong());

                int exitCode = scene.gateway().launch().process().awaitExit();

                assertThat(exitCode)
                        .as(
                                "exit code at sync %d of %s, %s: %s",
                                n, syncs, how, scene.gateway().log())
                        .isEqualTo(KILLED);
            }
            faults.crashNoMore();
            scene.restoreLink();
            scene.gateway().start();
            scene.ledger().awaitMoreAcknowledged(1_000);

            scene.assertNothingLost(
                    scene.settle("2 crash at the n-th sync", syncs.size()),
                    (syncs.size() + 1) * Scene.REPEATED_BY_CRASH);
            scene.assertNoDamage();
        }
    }

    private static List<Long> syncs(Scene scene) {
        List<Long> all = LongStream.rangeClosed(1, LONG_FORM > 0 ? LONG_FORM : SHORT_LAST)
                .boxed()
                .collect(Collectors.toList());
        Collections.shuffle(all, scene.random());
        return LONG_FORM > 0 ? all : all.subList(0, SHORT_ROUNDS);
    }
}
