package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.gateway.load.Ledger;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Files of the store are damaged while the gateway is down: row 7 of the faults to survive. It starts and takes messages,
 * never forwards a wrong one, and owns up to every one that is missing.
 */
class CorruptionTest {

    /** Each of them has one bit flipped: 8 in CI, 500 by -Dholdfast.bit-flips=500. */
    private static final int FLIPS = Integer.getInteger("holdfast.bit-flips", 6);

    /** Of each of the other kinds of damage. */
    private static final int OTHERS = Math.max(2, FLIPS / 10);

    /** Some 10 MB in all: two log files. */
    private static final int MESSAGES_PER_DEVICE = 1_250;

    private static final int PAYLOAD_BYTES = 1_024;

    private static final Duration DELIVERED = Duration.ofSeconds(60);

    /** With a second start. */
    private static final Duration SERVED = Duration.ofMinutes(2);

    @TempDir
    private Path temp = Path.of("");

    private interface Damage {

        /** Does harm to one of the log files, which are in their order, and says what it did. */
        String to(List<Path> files, Scene scene) throws IOException;
    }

    @Test
    void shouldForwardNothingWrongAndAccountForAllThatIsMissing() throws IOException {
        try (Scene scene = new Scene(temp, PAYLOAD_BYTES)) {
            scene.cutLink();
            scene.gateway().start();
            scene.ledger()
                    .publish(scene.gateway().port(), Scene.DEVICES, Scene.DEVICE_WINDOW, MESSAGES_PER_DEVICE, 0, true);
            await("the backlog is there")
                    .atMost(DELIVERED)
                    .until(() -> scene.ledger().isDone());
            scene.gateway().kill();
            scene.restoreLink();
            Path whole = temp.resolve("whole");
            copy(scene.gateway().store(), whole);

            damage(scene, whole, "7 bit flip", FLIPS, CorruptionTest::flip);
            long missing = damage(scene, whole, "7 bit flip in a key", OTHERS, CorruptionTest::flipInKey);
            assertThat(missing)
                    .as("what a wrong key hides, seed %d", scene.seed())
                    .isZero();
            damage(scene, whole, "7 truncated file", OTHERS, CorruptionTest::truncate);
            damage(scene, whole, "7 removed file", OTHERS, CorruptionTest::remove);
        }
    }

    private static long damage(Scene scene, Path whole, String fault, int rounds, Damage damage) throws IOException {
        long missing = 0;
        for (int round = 0; round < rounds; round++) {
            copy(whole, scene.gateway().store());
            String what = damage.to(logFiles(scene.gateway().store()), scene);
            scene.ledger().forgetArrivals();
            serve(scene, what);
            Ledger.Balance balance = scene.awaitDrained();

            JsonNode gaps = scene.gateway().status().path("gaps");
            assertThat(balance.damaged())
                    .as("wrong messages: %s, seed %d", what, scene.seed())
                    .isZero();
            assertThat(balance.outOfOrder())
                    .as("out of order: %s, seed %d", what, scene.seed())
                    .isZero();
            assertThat(balance.lost())
                    .as("missing, and accounted for by %s: %s, seed %d", gaps, what, scene.seed())
                    .isLessThanOrEqualTo(gaps.path("messages").asLong());
            missing += balance.lost();
            scene.gateway().kill();
        }
        System.out.printf(
                "FAULT %s: rounds=%d missing and accounted for=%d seed=%d%n", fault, rounds, missing, scene.seed());
        return missing;
    }

    /** As a supervisor has it run: one that can't believe its store ends, and the next start salvages it. */
    private static void serve(Scene scene, String what) {
        GatewayProcess gateway = scene.gateway();
        AtomicInteger starts = new AtomicInteger();
        AtomicBoolean taken = new AtomicBoolean();
        await("a message is taken and the backlog is forwarded: %s, seed %d, see %s"
                        .formatted(what, scene.seed(), gateway.directory()))
                .atMost(SERVED)
                .ignoreExceptionsInstanceOf(RuntimeException.class) // a gateway that ends does not answer
                .until(() -> {
                    if (starts.get() == 0 || !gateway.process().isAlive()) {
                        assertThat(starts.incrementAndGet())
                                .as("starts, seed %d", scene.seed())
                                .isLessThan(4);
                        gateway.start();
                    }
                    if (!taken.get()) {
                        try (Publisher device = new Publisher(gateway.port())) {
                            device.publish("other", "still taken");
                            taken.set(true);
                        }
                    }
                    return scene.isDrained();
                });
    }

    private static String flip(List<Path> files, Scene scene) throws IOException {
        Path file = any(files, scene);
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            long at = (long) (scene.random().nextDouble() * bytes.length());
            int bit = scene.random().nextInt(8);
            bytes.seek(at);
            int found = bytes.read();
            bytes.seek(at);
            bytes.write(found ^ 1 << bit);
            return "bit %d of byte %d of %d in %s".formatted(bit, at, bytes.length(), file.getFileName());
        }
    }

    /** Of a chunk, which lies behind its key. */
    private static String flipInKey(List<Path> files, Scene scene) throws IOException {
        Path file = any(files, scene);
        byte[] bytes = Files.readAllBytes(file);
        int chunk = scene.random().nextInt(bytes.length);
        while (bytes[chunk] != 'H' || bytes[chunk + 1] != 'F' || bytes[chunk + 2] != 1) {
            chunk = (chunk + 1) % (bytes.length - 2);
        }
        int bit = scene.random().nextInt(64);
        bytes[chunk - 1 - bit / 8] ^= (byte) (1 << bit % 8);
        Files.write(file, bytes);
        return "bit %d of the key of the chunk at %d in %s".formatted(bit, chunk, file.getFileName());
    }

    private static String truncate(List<Path> files, Scene scene) throws IOException {
        Path last = files.get(files.size() - 1);
        try (RandomAccessFile bytes = new RandomAccessFile(last.toFile(), "rw")) {
            long length = (long) (scene.random().nextDouble() * bytes.length());
            String what = "%s cut from %d to %d bytes".formatted(last.getFileName(), bytes.length(), length);
            bytes.setLength(length);
            return what;
        }
    }

    private static String remove(List<Path> files, Scene scene) throws IOException {
        Path file = any(files, scene);
        Files.delete(file);
        return file.getFileName() + " of " + files.size() + " removed";
    }

    private static Path any(List<Path> files, Scene scene) {
        return files.get(scene.random().nextInt(files.size()));
    }

    private static List<Path> logFiles(Path store) throws IOException {
        try (Stream<Path> files = Files.list(store.resolve("xodus"))) {
            List<Path> found = files.filter(file -> file.toString().endsWith(".xd"))
                    .sorted()
                    .toList();
            found.forEach(file -> file.toFile().setWritable(true)); // Xodus makes full ones read-only
            return found;
        }
    }

    private static void copy(Path from, Path to) {
        ManagedProcess.run("rm", "-rf", to.toString());
        ManagedProcess.run("cp", "-a", from.toString(), to.toString());
    }
}
