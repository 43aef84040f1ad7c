package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.brokertest.Command.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demonstration, as somebody runs it who has nothing but this machine. */
class DemoTest {

    private static final Pattern CHILD = Pattern.compile("gateway started(?: again)?, process (\\d+)");

    @TempDir
    private Path temp = Path.of("");

    @Test
    void shouldLoseNothingAndLeaveNothingBehind() throws IOException {
        Path scratch = Files.createDirectory(temp.resolve("scratch"));

        Result demo = new Command(temp)
                .with("JAVA_OPTS", "-Djava.io.tmpdir=" + scratch)
                .with("HOLDFAST_STORE_PATH", temp.resolve("not-to-be-touched").toString())
                .holdfast("demo", "--seconds", "10");

        assertThat(demo.exitCode()).as(demo.out() + demo.err()).isZero();
        assertThat(demo.out())
                .contains(
                        "upstream cut off", "gateway killed with kill -9", "gateway started again", "upstream is back")
                .containsPattern("\n  lost +0\n")
                .containsPattern("\n  out of order +0\n")
                .doesNotContain("\u001b", "\r");
        assertThat(number(demo.out(), "acknowledged")).isGreaterThan(1_000);
        assertThat(number(demo.out(), "delivered")).isGreaterThanOrEqualTo(number(demo.out(), "acknowledged"));
        assertThat(children(demo.out()))
                .hasSize(2)
                .allSatisfy(pid -> assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive))
                        .as("gateway with process %d", pid)
                        .isEmpty());
        try (Stream<Path> files = Files.list(scratch)) {
            assertThat(files).as("files left behind").isEmpty();
        }
        assertThat(temp.resolve("not-to-be-touched")).doesNotExist();
    }

    @Test
    void shouldTakeItsGatewayWithItWhenItIsInterrupted() throws IOException {
        try (ManagedProcess demo = ManagedProcess.start(
                temp.resolve("demo.log"),
                "env",
                "--default-signal=INT", // which is ignored below a shell that runs the tests in the background
                GatewayProcess.command().toString(),
                "demo",
                "--seconds",
                "60")) {
            await("the gateway runs").until(() -> children(demo.log()).size() == 1);
            long gateway = children(demo.log()).get(0);
            assertThat(ProcessHandle.of(gateway)).isPresent();
            assertThat(Files.readString(Path.of("/proc/" + gateway + "/cmdline"))
                            .split("\0", -1))
                    .as("the launcher's flags")
                    .contains("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED", "-XX:NewRatio=1");

            demo.signal("INT");
            demo.awaitExit();

            assertThat(ProcessHandle.of(gateway).filter(ProcessHandle::isAlive)).isEmpty();
        }
    }

    private static List<Long> children(String output) {
        return CHILD.matcher(output)
                .results()
                .map(child -> Long.parseLong(child.group(1)))
                .toList();
    }

    private static long number(String output, String name) {
        Matcher line = Pattern.compile("\n  " + name + " +([\\d,]+)").matcher(output);
        assertThat(line.find()).as(name).isTrue();
        return Long.parseLong(line.group(1).replace(",", ""));
    }
}
