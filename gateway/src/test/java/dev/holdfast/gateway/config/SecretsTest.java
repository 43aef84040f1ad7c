package dev.holdfast.gateway.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where secrets come from, and that none is ever shown. Every secret in here has sesame in it. */
class SecretsTest {

    private static final String SECRET = "sesame";

    @TempDir
    private Path directory;

    private ConfigFile file;

    @BeforeEach
    void setUp() {
        file = new ConfigFile(directory);
    }

    private static String sink(String options) {
        return "routes:\n  - name: cloud\n    topics: [\"#\"]\n    sink: {type: mqtt, url: x, " + options + "}\n";
    }

    private String password(String value) {
        return file.read(sink("password: " + value))
                .routes()
                .get(0)
                .sink()
                .values()
                .optionalText("password")
                .orElseThrow();
    }

    @Test
    void shouldTakeAValueFromTheEnvironment() {
        assertThat(password("\"${env:CLOUD_PASSWORD}\"")).isEqualTo("sesame-open");
        assertThat(password("\"${env:EMPTY}\"")).isEmpty();
    }

    @Test
    void shouldTakeAnyScalarFromElsewhere() {
        GatewayConfig config = file.read("""
                gateway:
                  id: ${env:WORD}
                routes:
                  - name: ${env:WORD}
                    topics: ["${env:WORD}"]
                    sink: {type: mqtt, url: "${env:WORD}"}
                    window: ${env:WINDOW}
                """);

        assertThat(config.gatewayId()).isEqualTo("sesame-word");
        assertThat(config.routes()).singleElement().satisfies(route -> {
            assertThat(route.name()).isEqualTo("sesame-word");
            assertThat(route.topics()).containsExactly("sesame-word");
            assertThat(route.window()).isEqualTo(64);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "'sesame', 'sesame'",
        "'sesame\n', 'sesame'",
        "'sesame\r\n', 'sesame'",
        "'sesame\n\n', 'sesame\n'",
        "' sesame ', ' sesame '",
        "'\n', ''"
    })
    void shouldTakeAFileWithoutItsLastLineBreak(String content, String value) {
        Path secret = file.beside("secret", content.getBytes(UTF_8));

        assertThat(password("\"${file:" + secret + "}\"")).isEqualTo(value);
    }

    @Test
    void shouldSayWhichVariableOrFileIsMissing() {
        Path binary = file.beside("binary", new byte[] {(byte) 0xFF});
        Path large = file.beside("large", new byte[(64 << 10) + 1]);

        assertThat(file.problems(sink("password: \"${env:NOPE}\"")))
                .containsExactly("4:42 routes[0].sink.password: there is no environment variable \"NOPE\"");
        assertThat(file.problems(sink("password: \"${file:/nope}\"")))
                .containsExactly("4:42 routes[0].sink.password: file \"/nope\" does not exist");
        assertThat(file.complaint(sink("password: \"${file:" + directory + "}\"")))
                .contains("is a directory");
        assertThat(file.complaint(sink("password: \"${file:" + binary + "}\""))).contains("is not UTF-8 text");
        assertThat(file.complaint(sink("password: \"${file:" + large + "}\""))).contains("is larger than 64KiB");
        assertThat(file.complaint(sink("password: \"${file:a\\0b}\""))).contains("is no path on this machine");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"a${env:WORD}\"",
                "\"${env:WORD}b\"",
                "\"${env:WORD}${env:WORD}\"",
                "\" ${file:/run/x}\"",
                "\"${env:}\"",
                "\"${env:WORD\""
            })
    void shouldRefuseReferencesThatDoNotStandAlone(String value) {
        assertThat(file.problems(sink("username: " + value)))
                .containsExactly("4:42 routes[0].sink.username: "
                        + "${file:…} and ${env:…} must be complete and the whole of a value");
    }

    @ParameterizedTest
    @ValueSource(strings = {"${gateway}", "a${b}c", "$env:WORD", "${", "{env:WORD}", "${ENV:WORD}"})
    void shouldLeaveOtherBracesAlone(String value) {
        assertThat(password("\"" + value + "\"")).isEqualTo(value);
    }

    @Test
    void shouldNotShowWhatCameFromElsewhereWhenItIsWrong() {
        assertThat(file.complaint("gateway: {id: x}\nlisten:\n  mqtt: {max-packet: \"${env:WORD}\"}\n"))
                .isEqualTo("""
                        holdfast.yaml:3:22: listen.mqtt.max-packet (from "${env:WORD}") is not a byte size
                            mqtt: {max-packet: "${env:WORD}"}
                                               ^
                          allowed: 1KiB to 4MiB, written like 512KiB, 1MiB or as a plain number of bytes""");
    }

    @Test
    void shouldNotShowASecretInTheLineOfAnotherProblem() {
        assertThat(file.complaint(sink("password: sesame, topc: x, stamp: 1"))).isEqualTo("""
                        holdfast.yaml:4:50: unknown key "topc" in routes[0].sink
                              sink: {type: mqtt, url: x, password: ***, topc: ***, stamp: 1}
                                                                        ^
                          known keys: type, url, username, password, client-id, version, receive-maximum, stamp, keep-alive
                        holdfast.yaml:4:66: routes[0].sink.stamp "1" is neither true nor false
                              sink: {type: mqtt, url: x, password: ***, topc: ***, stamp: 1}
                                                                                          ^
                          allowed: true, false""");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // a secret option that is not what it must be
                "routes: [{name: a, topics: [b], sink: {type: http, url: x, pin: sesame}}]",
                "routes: [{name: a, topics: [b], sink: {type: mqtt, url: x, password: [sesame]}}]",
                "routes: [{name: a, topics: [b], sink: {type: mqtt, url: x, password: {sesame: sesame}}}]",
                "routes: [{name: a, topics: [b], sink: {type: mqtt, url: x, password: 'sesame${env:WORD}'}}]",
                "routes: [{name: a, topics: [b], sink: {type: mqtt, url: x, password: &sesame ''}}]",
                "routes: [{name: a, topics: [b], sink: {type: mqtt, url: x, password: *sesame}}]",
                "routes: [{name: a, topics: [b], sink: {type: mqtt, url: x, password: !sesame ''}}]",
                // one whose blank or colon is missing
                "routes: [{name: a, topics: [b], sink: {type: mqtt, url: x, password:sesame}}]",
                "routes: [{name: a, topics: [b], sink: {type: mqtt, url: x, password:sesame, password:sesame}}]",
                "routes: [{name: a, topics: [b], sink: {type: mqtt, url: x, password sesame}}]",
                "routes: [{name: a, topics: [b], sink: {type: mqtt, url: x, pw:sesame}}]",
                "routes: [{name: a, topics: [b], sink: {type: mqtt, url: x, password: x,sesame}}]",
                "routes:\n- sink:\n    password:sesame\n    type: mqtt\n",
                "routes:\n- sink: {password \"sesame\": [}\n",
                // one that is there twice, or in a second document
                "routes: [{name: a, topics: [b], sink: {type: mqtt, url: x, password: x, password: sesame}}]",
                "admin:\n---\npassword: sesame",
                // one that is a comment, or ends in one
                "routes:\n- sink:\n    password: #sesame\n",
                "routes:\n- sink:\n    password: x${env:WORD}  #sesame sesame\n",
                // one whose key is torn
                "routes:\n- sink: {type: mqtt, passw: ord: sesame}\n",
                "routes:\n- sink: {type: mqtt, pass{ord: sesame}\n",
                // one that nobody knows
                "routes: [{name: a, topics: [b], sink: {type: mqtt, url: x, pasword: sesame}}]",
                "routes: [{name: a, topics: [b], sink: {type: mqtt, url: x, pw: sesame}}]",
                "routes: [{name: a, topics: [b], sink: {type: nope, pw: sesame}}]",
                "routes: [{name: a, topics: [b], sink: {password: sesame}}]",
                // one at a wrong place
                "routes: [{name: a, topics: [b], sink: {type: mqtt, url: x}, password: sesame}]",
                "routes: [{name: a, topics: [b], sink: [{type: mqtt, url: x}, {password: sesame}]}]",
                "password: sesame",
                "gateway: {id: x, Password: sesame}",
                // one over several lines
                "routes:\n- sink:\n    password: |\n      x\n      sesame\n    sesam: [",
                "routes:\n- sink:\n    password: >\n      x\n      sesame\n    type: mqtt\n",
                // a syntax error in its line, in a line of it, or behind it
                "routes:\n- sink:\n    password: \"sesame\n    type: mqtt\n",
                "routes:\n- sink:\n    password: @sesame\n",
                "routes:\n- sink:\n    password: a: sesame\n",
                "routes:\n- sink:\n    password: \"\\x4sesame\"\n",
                "routes:\n- sink:\n    password: !sesame!sesame x\n",
                "routes:\n- sink:\n    password: 'x\n      sesame: 'x'\n",
                "routes:\n- sink: {pasword: 'sesame', url: [}\n",
                "{\"routes\": [{\"sink\": {\"password\":\n\"sesame\", [}}]}",
                "{\"routes\": [{\"sink\": {\"password\" : \"sesame\" \"sesame\"}}]}",
                "routes:\n- sink: {type: mqtt, token:\n  sesame, url: ]}",
            })
    void shouldNeverShowASecret(String yaml) {
        assertThat(file.complaint(yaml)).doesNotContain(SECRET);
    }

    @Test
    void shouldNotShowASecretBesideBytesThatAreNotUtf8() {
        byte[] bytes = "routes:\n- sink: {type: mqtt, password: sesame\0, url: x}".getBytes(UTF_8);
        bytes[new String(bytes, UTF_8).indexOf('\0')] = (byte) 0xFF;

        assertThat(file.failure(bytes)).hasMessageContaining("UTF-8").message().doesNotContain(SECRET);
    }

    @Test
    void shouldNotShowASecretBesideACharacterThatYamlDoesNotAllow() {
        assertThat(file.complaint(sink("password: sesame\0")))
                .contains("password: ***")
                .doesNotContain(SECRET);
    }

    @Test
    void shouldNotShowSecretsInTheTextOfAConfiguration() {
        GatewayConfig config = file.read(sink("password: sesame, username: \"${env:WORD}\", client-id: box17"));

        assertThat(config.toString())
                .contains("password=***, ")
                .contains("username=***, ")
                .contains("client-id=box17")
                .doesNotContain(SECRET);
    }

    @Test
    void shouldNotShowSecretsThatAnAdapterQuotes() {
        assertThat(file.complaint(sink("password: sesame").replace("url: x", "url: weak")))
                .isEqualTo("""
                        holdfast.yaml:4:45: routes[0].sink.password: "***" is too short
                              sink: {type: mqtt, url: weak, password: ***}
                                                                      ^""");
    }

    @Test
    void shouldPlaceWhatAnAdapterSaysOfAnOptionThatIsNotThere() {
        assertThat(file.problems(sink("username: a").replace("url: x", "url: weak")))
                .containsExactly("4:11 routes[0].sink.password: \"\" is too short");
    }

    @Test
    void shouldShowNoPasswordOfAUrl() {
        assertThat(file.complaint(sink("client-idd: \"mqtt://box17:sesame@host\"")))
                .contains("client-idd: ")
                .doesNotContain(SECRET);
        assertThat(file.complaint("listen: mqtt://box17:se same@host:1883\n")).doesNotContain("same@");
    }

    @Test
    void shouldMakeOneFailureOfWhatAdaptersSay() {
        Problem one = new Problem("holdfast.yaml", 3, 7, "one", "a: b\n   ^", "");
        Problem other = new Problem("holdfast.yaml", 0, 0, "other", "", "do something");

        assertThat(new ConfigException(List.of(one, other)))
                .hasMessage("holdfast.yaml:3:7: one\n  a: b\n     ^\nholdfast.yaml: other\n  do something");
    }
}
