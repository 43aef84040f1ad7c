package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.brokertest.Trace.Call;
import dev.holdfast.gateway.load.Ledger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sync that fails is the last thing that happens to the store: row 4 of the faults to survive. */
class FailedCommitTest {

    private static final int DEVICES = 8;
    private static final int DEVICE_WINDOW = 64;
    private static final int FAILING_SYNC = 100;
    private static final int STORE_FAILED = 74;
    private static final char PUBACK = 0x40;

    @TempDir
    private Path temp = Path.of("");

    @Test
    void shouldAcknowledgeNothingAfterAFailedSyncAndEnd() {
        Path trace = temp.resolve("trace");
        try (Mosquitto upstream = Mosquitto.persistent(temp.resolve("upstream")).start();
                LedgerProcess ledger = new LedgerProcess(temp);
                GatewayProcess gateway = new GatewayProcess(temp.resolve("gateway"))
                        .routeTo(upstream.url())
                        .under(Trace.ofFailingSyncs(trace, FAILING_SYNC))
                        .start()) {
            ledger.subscribe(upstream.port());
            ledger.publish(gateway.port(), DEVICES, DEVICE_WINDOW, Long.MAX_VALUE, 500, true);

            int exitCode = gateway.process().awaitExit();

            assertThat(exitCode).as("exit code").isEqualTo(STORE_FAILED);
            assertThat(gateway.log())
                    .contains("nothing is acknowledged any more")
                    .containsPattern(
                            "exit=74 why=.*java.io.IOException: Input.{1,2}output error"); // of a commit, or idle
            assertNothingFollows(Trace.read(trace), gateway.port());
            assertAllIsThereAfterRestart(gateway, ledger);
        }
    }

    private static void assertNothingFollows(List<Call> calls, int port) {
        Call failed = calls.stream()
                .filter(call -> call.isSync() && call.result() < 0)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no sync has failed"));
        List<Call> later =
                calls.stream().filter(call -> call.begun() > failed.ended()).toList();
        assertThat(later).as("syncs after the failed one").noneMatch(Call::isSync);
        assertThat(later)
                .as("writes to the store after the failed sync")
                .noneMatch(call -> call.isWrite() && call.isOnStoreFile());
        assertThat(later)
                .as("PUBACKs after the failed sync")
                .noneMatch(call -> call.isWrite()
                        && call.isOnConnectionAt(port)
                        && call.data().charAt(0) == PUBACK);
    }

    private static void assertAllIsThereAfterRestart(GatewayProcess gateway, LedgerProcess ledger) {
        assertThat(ledger.balance().acknowledged())
                .as("acknowledged before the sync failed")
                .isGreaterThan(100);
        gateway.under().start();
        ledger.awaitMoreAcknowledged(1_000);
        ledger.stopPublishing();

        Ledger.Balance balance = ledger.awaitSettled(Duration.ofSeconds(60));

        assertThat(balance.lost()).as("lost: %s", balance).isZero();
        assertThat(balance.outOfOrder()).as("out of order: %s", balance).isZero();
        assertThat(balance.misacknowledged()).as("misacknowledged: %s", balance).isZero();
        assertThat(balance.delivered()).as("delivered: %s", balance).isEqualTo(balance.sent());
    }

    @Test
    void shouldNotStartOnADiskThatCanNotSync() {
        Path trace = temp.resolve("trace");
        try (GatewayProcess gateway = new GatewayProcess(temp).start()) {
            gateway.kill();
            gateway.under(Trace.ofFailingSyncs(trace, 1)).launch();

            int exitCode = gateway.process().awaitExit();

            assertThat(exitCode).as("exit code").isEqualTo(STORE_FAILED);
            assertThat(gateway.log())
                    .contains("holdfast: can't create or sync the store directory " + temp.resolve("store"))
                    .contains("Input/output error");
            assertThat(Trace.read(trace).stream().filter(Call::isSync))
                    .as("syncs, the first of which failed")
                    .hasSize(1);
        }
    }
}
