package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.brokertest.Command.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that check, back up and restore a store, beside a gateway that runs and after it. */
class StoreToolsTest {

    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int STORE = 74;

    @TempDir
    private Path temp = Path.of("");

    private Result holdfast(String... arguments) {
        return new Command(temp.resolve("command")).holdfast(arguments);
    }

    @Test
    void shouldBackUpARunningGatewayAndRestoreIt() throws IOException {
        Path backup = temp.resolve("backup");
        String store;
        try (GatewayProcess gateway = new GatewayProcess(temp.resolve("gateway")).start()) {
            store = gateway.status().path("store").path("path").asString();
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
    }
}
