package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.brokertest.Command.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that check, back up and restore a store, beside a gateway that runs and after it. */
class StoreToolsTest {

    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int STORE = 74;
    private static final int MESSAGES = 10;

    @TempDir
    private Path temp = Path.of("");

    private Result holdfast(String... arguments) {
        return new Command(temp.resolve("command")).holdfast(arguments);
    }

    @Test
    void shouldBackUpARunningGatewayAndRestoreIt() throws IOException {
        Path backup = temp.resolve("backup");
        String store;
        String epoch;
        try (GatewayProcess gateway = new GatewayProcess(temp.resolve("gateway")).start()) {
            store = gateway.status().path("store").path("path").asString();
            epoch = epoch(gateway);
            try (Publisher device = new Publisher(gateway.port())) {
                device.publish("t", "one", "two", "three");
            }

            Result busy = holdfast("fsck", "--store", store);
            assertThat(busy.exitCode()).isEqualTo(STORE);
            assertThat(busy.err())
                    .contains("in use by process "
                            + gateway.status().path("gateway").path("pid").asLong());

            Result taken = holdfast("backup", "--store", store, backup.toString());
            assertThat(taken.err()).isEmpty();
            assertThat(taken.exitCode()).isEqualTo(OK);
            Result again = holdfast("backup", "--store", store, backup.toString());
            assertThat(again.exitCode()).isEqualTo(FAILED);
            assertThat(again.err()).contains("--force");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(backup)))
                .isEqualTo("rw-------");

        assertThat(holdfast("fsck", "--store", store).out()).contains("3 messages", "nothing is wrong");
        String restored = temp.resolve("restored").toString();
        Result result = holdfast("restore", "--store", restored, backup.toString());
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).contains("3 messages");
        assertThat(holdfast("fsck", "--store", restored, "-o", "json").out()).contains("\"messages\":3");
        assertThat(holdfast("restore", "--store", restored, backup.toString()).exitCode())
                .isEqualTo(STORE);

        try (GatewayProcess again = new GatewayProcess(temp.resolve("again"))
                .withStore(Path.of(restored))
                .start()) {
            assertThat(again.laneStatus("default").path("messages").asLong()).isEqualTo(3);
            assertThat(epoch(again))
                    .as("a number that is given again is no repeat")
                    .isNotEqualTo(epoch);
        }
    }

    private static String epoch(GatewayProcess gateway) {
        return gateway.status().path("gateway").path("epoch").asString();
    }

    /** Killed by force while it writes, which strace makes slow enough to be met. */
    @Test
    void shouldLeaveNothingOfABackupThatIsKilled() throws IOException {
        Path backup = temp.resolve("backup");
        Path part = temp.resolve("backup.part");
        GatewayProcess gateway = new GatewayProcess(temp.resolve("gateway"));
        try (gateway) {
            gateway.start();
            try (Publisher device = new Publisher(gateway.port())) {
                for (int i = 0; i < MESSAGES; i++) {
                    device.publish("t", noise(i));
                }
            }
            try (ManagedProcess killed = ManagedProcess.start(
                    temp.resolve("killed.log"),
                    "strace",
                    "-f",
                    "-q",
                    "-P",
                    part.toString(),
                    "-e",
                    "trace=write",
                    "-e",
                    "inject=write:delay_enter=20000",
                    GatewayProcess.command().toString(),
                    "backup",
                    "--store",
                    gateway.store().toString(),
                    backup.toString())) {
                await("it has written some of it").until(() -> Files.exists(part) && Files.size(part) > 64 << 10);
                assertThat(killed.isAlive()).isTrue();
                killed.kill();
            }
            assertThat(backup).doesNotExist();
            assertThat(leftovers(gateway.store())).as("what the kill has left").isNotEmpty();
            gateway.kill();
            gateway.start();
            assertThat(leftovers(gateway.store())).isEmpty();

            Result again = holdfast("backup", "--store", gateway.store().toString(), backup.toString());

            assertThat(again.exitCode()).as(again.err()).isEqualTo(OK);
            assertThat(part).doesNotExist();
            assertThat(gateway.laneStatus("default").path("messages").asLong()).isEqualTo(MESSAGES);
        }
        Result restored =
                holdfast("restore", "--store", temp.resolve("restored").toString(), backup.toString());
        assertThat(restored.out()).contains(MESSAGES + " messages");
    }

    private static String noise(long seed) {
        StringBuilder text = new StringBuilder();
        new Random(seed).ints(400_000, 'A', 'z').forEach(c -> text.append((char) c));
        return text.toString();
    }

    private static List<Path> leftovers(Path store) throws IOException {
        try (Stream<Path> files = Files.list(store)) {
            return files.filter(file -> file.getFileName().toString().startsWith("backup.tmp-"))
                    .toList();
        }
    }

    /** A script that looks at the exit code only must not take it for whole. */
    @Test
    void shouldSayByItsExitCodeThatWhatItRestoredIsDamaged() throws IOException {
        Path store = temp.resolve("gateway").resolve("store");
        try (GatewayProcess gateway = new GatewayProcess(temp.resolve("gateway")).start();
                Publisher device = new Publisher(gateway.port())) {
            device.publish("t", "one", "a payload to be damaged", "three");
        }
        Path file = store.resolve("xodus").resolve("00000000000.xd");
        String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertThat(bytes).contains("to be damaged");
        Files.writeString(file, bytes.replace("to be damaged", "to be DAMAGED"), StandardCharsets.ISO_8859_1);
        assertThat(holdfast(
                                "backup",
                                "--store",
                                store.toString(),
                                temp.resolve("backup").toString())
                        .exitCode())
                .isEqualTo(OK);

        Result result = holdfast(
                "restore",
                "--store",
                temp.resolve("restored").toString(),
                temp.resolve("backup").toString());

        assertThat(result.exitCode()).isEqualTo(FAILED);
        assertThat(result.out()).contains("SOME OF IT IS DAMAGED");
    }

    /** The records of a lane lie at the end of the newest file: without them the store is set aside, and salvaged. */
    @Test
    void shouldRepairAStoreWhoseOwnRecordsAreDamaged() throws IOException {
        Path store = temp.resolve("gateway").resolve("store");
        try (GatewayProcess gateway = new GatewayProcess(temp.resolve("gateway")).start()) {
            try (Publisher device = new Publisher(gateway.port())) {
                device.publish("t", "one", "two", "three");
            }
            assertThat(gateway.process().stop()).isEqualTo(OK);
        }
        Path file = store.resolve("xodus").resolve("00000000000.xd");
        String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
        int record = bytes.lastIndexOf("lane/default");
        assertThat(record).isPositive();
        byte[] damaged = bytes.getBytes(StandardCharsets.ISO_8859_1);
        damaged[record + "lane/default".length() + 8] ^= 1;
        Files.write(file, damaged);

        Result found = holdfast("fsck", "--store", store.toString());
        assertThat(found.exitCode()).isEqualTo(FAILED);
        assertThat(found.out()).contains("problem: ");
        Result repaired = holdfast("fsck", "--repair", "--store", store.toString());

        assertThat(repaired.err()).as("it tries again by itself").doesNotContain("holdfast: ", "\"timestamp\"");
        assertThat(repaired.out()).contains("3 messages salvaged");
        assertThat(holdfast("fsck", "--store", store.toString()).out()).contains("3 messages", "nothing is wrong");
    }

    @Test
    void shouldNotMakeAStoreOfADirectoryThatIsNone() throws IOException {
        Path foreign = Files.createDirectory(temp.resolve("foreign"));
        Files.writeString(foreign.resolve("precious"), "mine");

        for (Result result : List.of(
                holdfast("fsck", "--store", foreign.toString()),
                holdfast("fsck", "--repair", "--store", foreign.toString()),
                holdfast(
                        "backup",
                        "--store",
                        foreign.toString(),
                        temp.resolve("backup").toString()))) {
            assertThat(result.exitCode()).isEqualTo(STORE);
            assertThat(result.err()).contains("there is no store in " + foreign);
        }
        try (Stream<Path> left = Files.list(foreign)) {
            assertThat(left).containsExactly(foreign.resolve("precious"));
        }
    }

    @Test
    void shouldNotBackUpToADirectoryOrIntoTheStore() {
        Path store = temp.resolve("gateway").resolve("store");
        try (GatewayProcess gateway = new GatewayProcess(temp.resolve("gateway")).start()) {
            Result directory = holdfast("backup", "--force", "--store", store.toString(), temp.toString());
            assertThat(directory.exitCode()).isEqualTo(STORE);
            assertThat(directory.err()).contains("it is a directory");
            Result inside = holdfast(
                    "backup",
                    "--store",
                    store.toString(),
                    store.resolve("xodus/0000000zz00.xd").toString());
            assertThat(inside.exitCode()).isEqualTo(STORE);
            assertThat(inside.err()).contains("it is in the store itself");
            assertThat(gateway.status().path("store").path("writable").asBoolean(false))
                    .isTrue();
        }
        assertThat(holdfast("fsck", "--repair", "--store", store.toString()).out())
                .contains("nothing is wrong");
    }
}
