package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.brokertest.Command.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What commands that need no gateway say, and with which exit code they end. */
class CommandLineTest {

    private static final int OK = 0;
    private static final int USAGE = 64;
    private static final int CONFIG = 78;

    @TempDir
    private Path temp = Path.of("");

    private Result holdfast(String... arguments) {
        return new Command(temp).holdfast(arguments);
    }

    private String write(String file, String yaml) throws IOException {
        Files.writeString(temp.resolve(file), yaml);
        return file;
    }

    @Test
    void shouldExplainItself() {
        Result help = holdfast("--help");

        assertThat(help.exitCode()).isEqualTo(OK);
        assertThat(help.out())
                .contains(
                        "Usage: holdfast",
                        "run ",
                        "check ",
                        "status ",
                        "fsck ",
                        "backup ",
                        "restore ",
                        "demo ",
                        "Exit codes:");
        assertThat(help.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "run --version"})
    void shouldTellItsVersion(String arguments) {
        Result version = holdfast(arguments.split(" ", -1));

        assertThat(version.exitCode()).isEqualTo(OK);
        assertThat(version.out()).matches("holdfast \\d+\\.\\d+\\.\\d+\\S*\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    run --bogus            | Unknown option: '--bogus'
                    statsu                 | Did you mean: holdfast status
                    run extra              | extra
                    status -o xml          | -o xml: allowed are text and json
                    status --admin nowhere | --admin nowhere: it must be an address such as http://127.0.0.1:8080
                    demo --seconds 1       | --seconds 1: it takes at least 10
                    demo --seconds ten     | ten
                    """)
    void shouldRefuseAWrongCommandLine(String arguments, String message) {
        Result refused = holdfast(arguments.split(" ", -1));

        assertThat(refused.exitCode()).isEqualTo(USAGE);
        assertThat(refused.err()).contains(message, "Try: holdfast", "--help");
        assertThat(refused.out()).isEmpty();
    }

    @Test
    void shouldRefuseToDoNothing() {
        Result refused = holdfast();

        assertThat(refused.exitCode()).isEqualTo(USAGE);
        assertThat(refused.err()).contains("a command is missing", "Try: holdfast --help");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "check"})
    void shouldSayAllThatIsWrongWithTheConfigurationAndWhere(String command) throws IOException {
        String file = write("bad.yaml", """
                stroe: {path: ./data}
                listen:
                  mqtt: {bind: "127.0.0.1:1883", max-paket: 1MiB}
                routes:
                  - {name: cloud, topics: ["#"], window: 0, sink: {type: mqtt, url: "mqtt://127.0.0.1"}}
                """);

        Result refused = holdfast(command, "-c", file);

        assertThat(refused.exitCode()).isEqualTo(CONFIG);
        assertThat(refused.err())
                .contains("bad.yaml:1:1: unknown key \"stroe\"", "did you mean \"store\"?")
                .contains("bad.yaml:3:34: unknown key \"max-paket\"", "did you mean \"max-packet\"?")
                .contains("bad.yaml:5:42: ", "65535");
        assertThat(refused.out()).isEmpty();
        assertThat(temp.resolve("data")).as("the store of a bad file").doesNotExist();
    }

    @Test
    void shouldSayWhatASinkCanNotUse() throws IOException {
        String file = write("sinks.yaml", """
                routes:
                  - {name: a, topics: ["#"], sink: {type: mqtt, url: "http://127.0.0.1"}}
                  - {name: b, topics: ["#"], sink: {type: mqtt, url: "mqtt://127.0.0.1:99999"}}
                """);

        Result refused = holdfast("check", "-c", file);

        assertThat(refused.exitCode()).isEqualTo(CONFIG);
        assertThat(refused.err())
                .contains("sinks.yaml:2:54: ", "it has to be mqtt:// or mqtts://")
                .contains("sinks.yaml:3:54: ", "ports are 1 to 65535");
    }

    @Test
    void shouldSayThatAFileIsMissing() {
        Result refused = holdfast("run", "-c", "no-such.yaml");

        assertThat(refused.exitCode()).isEqualTo(CONFIG);
        assertThat(refused.err()).contains("no-such.yaml");
    }

    @Test
    void shouldCheckAGoodFileAndChangeNothing() throws IOException {
        String file = write("good.yaml", """
                gateway: {id: box17}
                store: {path: ./data}
                listen: {mqtt: {bind: "127.0.0.1:11883"}}
                routes:
                  - {name: cloud, topics: ["sensors/#"], sink: {type: mqtt, url: "mqtt://broker.example:1883"}}
                """);

        Result checked = holdfast("check", "-c", file);

        assertThat(checked.exitCode()).as(checked.err()).isEqualTo(OK);
        assertThat(checked.out())
                .contains("ok       good.yaml", "box17", "mqtt://127.0.0.1:11883", temp.resolve("data") + "\n")
                .contains("cloud  [sensors/#] to mqtt://broker.example:1883");
        assertThat(temp.resolve("data")).doesNotExist();
    }

    @Test
    void shouldHaveSafeDefaultsWithoutAFile() {
        Result checked = holdfast("check");

        assertThat(checked.exitCode()).as(checked.err()).isEqualTo(OK);
        assertThat(checked.out())
                .contains("no file, safe defaults", "mqtt://127.0.0.1:1883", "http://127.0.0.1:8080")
                .contains(temp.resolve("holdfast-data") + "\n")
                .contains("none: what comes in is kept");
    }

    @Test
    void shouldTakeTheFileThatLiesInItsDirectory() throws IOException {
        write("holdfast.yaml", "gateway: {id: from-here}\n");

        assertThat(holdfast("check").out()).contains("ok       holdfast.yaml", "from-here");
    }
}
