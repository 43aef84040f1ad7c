package dev.holdfast.gateway.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is said of files that are not YAML, not the YAML that is understood, or no text at all. */
class YamlProblemsTest {

    @TempDir
    private Path directory;

    private ConfigFile file;

    @BeforeEach
    void setUp() {
        file = new ConfigFile(directory);
    }

    private record Case(String yaml, List<String> problems) {

        static Case of(String yaml, String... problems) {
            return new Case(yaml, List.of(problems));
        }
    }

    static List<Case> cases() {
        return List.of(
                Case.of(
                        "gateway:\n  id: \"box17\nstore: {}\n",
                        "2:7 this is not YAML: found unexpected end of stream while scanning a quoted scalar"),
                Case.of(
                        "gateway:\n\tid: box17\n",
                        "2:1 this is not YAML: found character 'tab' that cannot start any token"),
                Case.of(
                        "gateway:\n  id: @box\n",
                        "2:7 this is not YAML: found character '@' that cannot start any token"),
                Case.of("gateway: id: x\n", "1:12 this is not YAML: mapping values are not allowed here"),
                Case.of(
                        "gateway: {id: x\nadmin: {}\n",
                        "2:6 this is not YAML: expected ',' or '}' while parsing a flow mapping"),
                Case.of("gateway: {id: x", "1:10 this is not YAML: expected ',' or '}' while parsing a flow mapping"),
                Case.of(
                        "gateway:\n    id: x\n  no: y\n",
                        "3:3 this is not YAML: expected <block end> while parsing a block mapping"),
                Case.of(
                        "gateway: {id: \"\\q\"}",
                        "1:17 this is not YAML: found unknown escape character while scanning a double-quoted scalar"),
                Case.of(
                        "? [a]\n: b\n",
                        "1:4 this is YAML that is not supported: keys must be plain text, and values have no tags"),
                Case.of("gateway: {id: x, id: y}", "1:18 key \"id\" is there twice, first in line 1"),
                Case.of("admin: {bind:1}\n", "1:9 there is no colon behind this key"),
                Case.of("store: {path: a,b}\n", "1:17 there is no colon behind this key"),
                Case.of("admin:\nstore:\nadmin:\n", "3:1 key \"admin\" is there twice, first in line 1"),
                Case.of("admin:\n---\nstore:\n", "3:1 a second document begins here: a configuration is one document"),
                Case.of("---\nadmin:\n---\n", "4:1 a second document begins here: a configuration is one document"),
                Case.of("- a\n", "1:1 the configuration must be a mapping, but is a list"),
                Case.of("\n  box17\n", "2:3 the configuration must be a mapping, but is a single value"),
                Case.of(
                        "gateway: {id: &a x}\nadmin: {bind: *a}\n",
                        "1:15 YAML anchors are not supported",
                        "2:15 YAML aliases are not supported"),
                Case.of(
                        "gateway: &a {id: x}\nadmin: *a\n",
                        "1:10 YAML anchors are not supported",
                        "2:8 YAML aliases are not supported"),
                Case.of("gateway: *nowhere\n", "1:10 YAML aliases are not supported"),
                Case.of("gateway:\n  <<: {id: x}\n", "2:3 unknown key \"<<\" in gateway"),
                Case.of("gateway: {id: !!str x}\n", "1:15 YAML tags are not supported"),
                Case.of("gateway: !thing {id: x}\n", "1:10 YAML tags are not supported"),
                Case.of("!!int -", "1:7 this is not YAML: sequence entries are not allowed here"),
                Case.of(
                        "gateway: {id: !!int -}\n",
                        "1:15 YAML tags are not supported",
                        "1:22 this is YAML that is not supported: keys must be plain text, and values have no tags"),
                Case.of(
                        "gateway: {id: !no!where x}\n",
                        "1:15 this is not YAML: found undefined tag handle while parsing a node"),
                Case.of("gateway:\n  id: a\u0007b\n", "2:8 there is a character here that YAML does not allow"),
                Case.of(
                        "%YAML 7.0\n---\nadmin:\n",
                        "1:1 this is YAML that is not supported: keys must be plain text, and values have no tags"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldSayWhatIsWrongAndWhere(Case one) {
        assertThat(file.problems(one.yaml())).containsExactlyElementsOf(one.problems());
    }

    @Test
    void shouldShowASyntaxErrorInAFewLines() {
        assertThat(file.complaint("gateway:\n  id: box17\n  broken\nstore:\n")).isEqualTo("""
                        holdfast.yaml:4:1: this is not YAML: could not find expected ':' while scanning a simple key
                          store:
                          ^
                          frequent causes: uneven indentation, a tab, a missing quote or bracket, a value that needs quotes""");
    }

    @Test
    void shouldReportWhatElseIsWrongBesideDuplicates() {
        assertThat(file.problems("gateway: {id: x, id: y}\nstroe:\n"))
                .containsExactly(
                        "1:18 key \"id\" is there twice, first in line 1",
                        "2:1 unknown key \"stroe\" at the top level");
    }

    @Test
    void shouldCountLinesByEveryLineBreakOfYaml() {
        assertThat(file.problems("admin:\r\nstore:\rstroe:\n"))
                .containsExactly("3:1 unknown key \"stroe\" at the top level");
    }

    @Test
    void shouldNotCountAByteOrderMark() {
        assertThat(file.problems("\uFEFFstroe:\n")).containsExactly("1:1 unknown key \"stroe\" at the top level");
    }

    @Test
    void shouldSayWhereAFileIsNotUtf8() {
        ConfigException failure = file.failure("gateway:\n  id: b\u00FCcher\n".getBytes(ISO_8859_1));

        assertThat(file.shown(failure)).isEqualTo("""
                        holdfast.yaml:2:8: the file is not UTF-8 from here on
                            id: b
                                 ^
                          save it as UTF-8""");
    }

    @Test
    void shouldRefuseOtherEncodingsAndBinaries() {
        assertThat(file.failure("\uFEFFadmin:\n".getBytes(UTF_16LE)).problems())
                .extracting(Problem::message)
                .containsExactly("the file is not UTF-8 from here on");
        assertThat(file.failure("admin:\n".getBytes(UTF_16LE)).problems())
                .extracting(Problem::message)
                .containsExactly("there is a character here that YAML does not allow");
        assertThat(file.failure(new byte[] {'a', (byte) 0xE2, (byte) 0x82}).problems())
                .extracting(Problem::message)
                .containsExactly("the file is not UTF-8 from here on");
    }

    @Test
    void shouldSayThatAFileIsMissing() {
        assertThat(failureOf(directory.resolve("nope.yaml"))).isEqualTo("nope.yaml: does not exist");
    }

    @Test
    void shouldSayThatAFileIsADirectory() {
        assertThat(failureOf(directory)).endsWith(": is a directory, not a file");
    }

    @Test
    void shouldSayThatAFileCannotBeRead() {
        Path notADirectory = file.beside("plain", new byte[0]);

        assertThat(failureOf(notADirectory.resolve("holdfast.yaml")))
                .isEqualTo("plain/holdfast.yaml: can't be read: Not a directory");
    }

    @Test
    void shouldRefuseAFileThatIsTooLarge() {
        byte[] bytes = new byte[(1 << 20) + 1];
        Arrays.fill(bytes, (byte) '#');

        assertThat(file.shown(file.failure(bytes))).isEqualTo("holdfast.yaml: is larger than 1MiB");
        assertThat(file.read(Arrays.copyOf(bytes, 1 << 20))).isEqualTo(ConfigFile.READER.defaults());
    }

    private String failureOf(Path path) {
        ConfigException failure = catchThrowableOfType(ConfigException.class, () -> ConfigFile.READER.read(path));
        assertThat(failure).isNotNull();
        return file.shown(failure);
    }
}
