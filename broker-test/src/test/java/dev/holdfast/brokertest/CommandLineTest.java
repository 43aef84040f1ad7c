package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.brokertest.Command.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What commands that need no gateway say, and with which exit code they end. */
class CommandLineTest {

    private static final int OK = 0;
    private static final int USAGE = 64;
    private static final int INTERNAL = 70;
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
                        "config ",
                        "status ",
                        "fsck ",
                        "backup ",
                        "restore ",
                        "demo ",
                        "Exit codes:");
        assertThat(help.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "run --version", "config show --version"})
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
                    config                 | a command is missing
                    config shw             | Did you mean: config show
                    config show -o xml     | -o xml: allowed are yaml and json
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

    @Test
    void shouldReadPartsAndTheEnvironmentAndSayHowMany() throws IOException {
        String file = write("main.yaml", "gateway: {id: from-main}\nstore: {quota: 1GiB}\n");
        Files.createDirectory(temp.resolve("conf.d"));
        write("conf.d/10.yaml", "store: {quota: 2GiB}\n");

        Result checked =
                new Command(temp).with("HOLDFAST_GATEWAY_ID", "from-outside").holdfast("check", "-c", file);

        assertThat(checked.exitCode()).as(checked.err()).isEqualTo(OK);
        assertThat(checked.out())
                .startsWith("ok       main.yaml, conf.d/10.yaml, 1 value from the environment\n")
                .contains("gateway  from-outside\n", "quota    2.0 GiB\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "check", "status", "config show"})
    void shouldRefuseAVariableThatIsNoKey(String command) {
        Result refused = new Command(temp).with("HOLDFAST_STORE_QOUTA", "1GiB").holdfast(command.split(" ", -1));

        assertThat(refused.exitCode()).isEqualTo(CONFIG);
        assertThat(refused.err())
                .startsWith("environment HOLDFAST_STORE_QOUTA: ")
                .contains("did you mean \"HOLDFAST_STORE_QUOTA\"?");
    }

    @Test
    void shouldShowTheConfigurationInAFormThatItReadsAgain() throws IOException {
        write("holdfast.yaml", """
                routes:
                  - name: cloud
                    topics: ["#"]
                    sink: {type: mqtt, url: "mqtt://127.0.0.1:1", username: box17, password: "s3cret"}
                """);

        Result shown = holdfast("config", "show", "--origin");
        String again = write("again.yaml", shown.out());

        assertThat(shown.exitCode()).as(shown.err()).isEqualTo(OK);
        assertThat(shown.out()).contains("# holdfast.yaml:4", "# default").doesNotContain("s3cret");
        assertThat(holdfast("config", "show", "-c", again).out())
                .isEqualTo(holdfast("config", "show").out());
        assertThat(holdfast("config", "show", "-o", "json").out())
                .startsWith("{")
                .doesNotContain("s3cret");
    }

    @Test
    void shouldPrintASchema() {
        Result schema = holdfast("config", "schema");

        assertThat(schema.exitCode()).as(schema.err()).isEqualTo(OK);
        assertThat(schema.out()).startsWith("{").contains("2020-12/schema", "keep-alive", "max-packet");
    }

    /** A sink adapter of somebody else that can't be loaded. */
    @Test
    void shouldSayThatAnErrorIsItsOwn() throws IOException {
        Path services = Files.createDirectories(temp.resolve("broken/META-INF/services"));
        Files.writeString(services.resolve("dev.holdfast.sink.SinkFactory"), "no.such.Factory\n");
        Path lib = GatewayProcess.command().resolveSibling("../lib").normalize();

        for (String command : List.of("run", "check")) {
            Result failed = new Command(temp)
                    .run(List.of(
                            "java",
                            "-cp",
                            temp.resolve("broken") + ":" + lib + "/*",
                            "dev.holdfast.gateway.cli.Main",
                            command));

            assertThat(failed.exitCode()).isEqualTo(INTERNAL);
            assertThat(failed.err()).contains("holdfast: internal error, please report it:", "no.such.Factory");
        }
    }

    /** Whoever asks every ten seconds should not pay for what only people ask for. */
    @Test
    void shouldLoadNothingForAStatusThatItDoesNotNeed() {
        Result status = new Command(temp).with("JAVA_OPTS", "-Xlog:class+load").holdfast("status", "-q");

        assertThat(status.out())
                .contains("dev.holdfast.gateway.config.ConfigReader ")
                .doesNotContain("picocli", "ConfigSchema", "EffectiveConfig", "ConfigDocs", "config.Setting");
    }
}
