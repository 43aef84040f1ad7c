package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.brokertest.Trace.Call;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The committing thread is interrupted, at random moments, again and again: row 20 of the faults to survive. By the word
 * of the kernel everything that was acknowledged had been synced.
 */
class InterruptTest {

    private static final int STORE_FAILED = 74;
    private static final int MESSAGES = 2_000;
    private static final int MOST_BEFORE_INTERRUPTS = 50;
    private static final Pattern MARK = Pattern.compile("<(\\d{8})>");
    private static final Pattern ACK = Pattern.compile("ack (\\d+)\n");

    private final long seed = Long.getLong("holdfast.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @TempDir
    private Path temp = Path.of("");

    /**
     * The count of rounds: 3 in CI, 100 for the long form by -Dholdfast.interrupted=100. The first is interrupted from its
     * start, perhaps before anything is acknowledged, the others when some messages are.
     */
    @Test
    void shouldAcknowledgeOnlyWhatIsSyncedWhenTheCommitterIsInterrupted() {
        int rounds = Integer.getInteger("holdfast.interrupted", 3);
        int acknowledged = 0;
        int failStops = 0;
        for (int round = 0; round < rounds; round++) {
            Path trace = temp.resolve("trace-" + round);
            int beforeInterrupts = round == 0 ? 0 : 1 + random.nextInt(MOST_BEFORE_INTERRUPTS);
            int exitCode = run(trace, temp.resolve("store-" + round), beforeInterrupts);
            failStops += exitCode == STORE_FAILED ? 1 : 0;
            int inRound = assertSyncedBeforeAcknowledged(Trace.read(trace));
            assertThat(inRound)
                    .as("acknowledged in round %d, seed %d", round, seed)
                    .isGreaterThanOrEqualTo(beforeInterrupts);
            acknowledged += inRound;
        }
        System.out.printf(
                "FAULT 20 interrupted committer: rounds=%d acknowledged=%d fail-stops=%d seed=%d%n",
                rounds, acknowledged, failStops, seed);
    }

    private int run(Path trace, Path store, int beforeInterrupts) {
        List<String> command = new ArrayList<>(List.of(Trace.ofDataAndSyncs(trace)));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens",
                "java.base/sun.nio.ch=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                InterruptedMain.class.getName(),
                store.toString(),
                Integer.toString(MESSAGES),
                Integer.toString(beforeInterrupts),
                Long.toString(random.nextLong())));
        Path log = temp.resolve("log");
        try (ManagedProcess process = ManagedProcess.start(log, Map.of(), command)) {
            int exitCode = process.awaitExit();
            assertThat(exitCode)
                    .as("exit code, seed %d: %s", seed, process.log())
                    .isIn(0, STORE_FAILED);
            return exitCode;
        }
    }

    /** Gives how many were acknowledged. */
    private int assertSyncedBeforeAcknowledged(List<Call> calls) {
        Map<Integer, Call> written = new HashMap<>();
        Map<String, List<Call>> syncs = new HashMap<>();
        int acknowledged = 0;
        for (Call call : calls) {
            Matcher ack = ACK.matcher(call.data());
            if (call.isSync() && call.result() == 0) {
                syncs.computeIfAbsent(call.file(), file -> new ArrayList<>()).add(call);
            } else if (call.isWrite() && call.isOnStoreFile()) {
                MARK.matcher(call.data()).results().forEach(mark -> written.put(Integer.valueOf(mark.group(1)), call));
            } else if (call.isWrite() && ack.matches()) {
                assertSynced(call, written.get(Integer.valueOf(ack.group(1))), syncs);
                acknowledged++;
            }
        }
        return acknowledged;
    }

    private void assertSynced(Call ack, @org.jspecify.annotations.Nullable Call write, Map<String, List<Call>> syncs) {
        assertThat(write)
                .as("write of what is acknowledged by %s, seed %d", ack, seed)
                .isNotNull();
        if (write != null) {
            assertThat(syncs.getOrDefault(write.file(), List.of()))
                    .as("syncs after %s and before %s, seed %d", write, ack, seed)
                    .anyMatch(sync -> sync.begun() > write.ended() && sync.ended() < ack.begun());
        }
    }
}
