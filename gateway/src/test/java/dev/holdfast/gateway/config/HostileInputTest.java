package dev.holdfast.gateway.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is in a file, a configuration or a {@link ConfigException} comes out, and soon. */
class HostileInputTest {

    private static final int MUTATIONS = 5_000;
    private static final int LIMIT = 1 << 20;

    private static final String VALID = """
            gateway:
              id: box17
            store:
              path: ./holdfast-data
              quota: 4GiB
              commit-every: 200ms
            lanes:
              - {name: alarms, topics: ["+/alarm/#"], limit: {age: 30d, count: 1000}, when-full: refuse}
              - name: telemetry
                topics: [plant/#]
                limit: {age: 7d, size: 1GiB}
                history: {age: 1d, size: 64MiB}
                when-full: drop-oldest
            listen:
              mqtt: {bind: 127.0.0.1:1883, max-packet: 1MiB}
            routes:
              - name: cloud
                topics: ["#", 'sensors/+/temperature']
                sink: {type: mqtt, url: "mqtts://cloud.example:8883", username: box17, password: "${env:CLOUD_PASSWORD}"}
                window: 512
              - name: web   # another one
                topics:
                  - plant/#
                sink:
                  type: http
                  url: >-
                    https://web.example/
                    events
                  pin: 1234
                attempts: 3
            admin:
              bind: "[::1]:8080"
            """;

    private static final List<String> PIECES = List.of(
            "\n",
            "\r",
            "\t",
            "\0",
            " ",
            "  ",
            "\n    ",
            "- ",
            ": ",
            ":",
            ",",
            "[",
            "]",
            "{",
            "}",
            "\"",
            "'",
            "#",
            "? ",
            "|\n",
            ">-\n",
            "|9\n",
            "&a ",
            "*a",
            "!",
            "!!int ",
            "!!int -",
            "!!binary *",
            "!<",
            "!x!y ",
            "%TAG ! x\n",
            "%YAML 2\n",
            "---\n",
            "...\n",
            "<<: ",
            "~",
            "null",
            "@",
            "`",
            "\\",
            "\"\\x",
            "\"\\U0011FFFF",
            "${env:",
            "${file:",
            "${file:/}",
            "0x",
            "-",
            "99999999999999999999",
            "1_0",
            ".inf",
            "\uFEFF",
            "\u2028",
            "\u0085",
            "\uD83D\uDE00",
            "password: ");

    @TempDir
    private Path directory;

    private ConfigFile file;

    @BeforeEach
    void setUp() {
        file = new ConfigFile(directory);
    }

    @Test
    void shouldNeverThrowAnythingElseWhateverIsChangedInAFile() {
        assertThat(file.read(VALID).routes()).hasSize(2);
        long seed = new Random().nextLong();
        System.out.println("HostileInputTest seed=" + seed);
        Random random = new Random(seed);
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] mutated = mutate(VALID.getBytes(UTF_8), random);
            try {
                file.read(mutated);
            } catch (ConfigException e) {
                assertThat(e.problems()).as("problems with seed %d", seed).isNotEmpty();
                assertThat(e.getMessage()).as("message with seed %d", seed).doesNotContain("sesame");
            } catch (RuntimeException | StackOverflowError e) {
                fail("seed %d, change %d:%n%s".formatted(seed, i, new String(mutated, UTF_8)), e);
            }
        }
    }

    private static byte[] mutate(byte[] original, Random random) {
        byte[] bytes = original;
        for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
            int at = random.nextInt(bytes.length + 1);
            int to = Math.min(bytes.length, at + random.nextInt(30));
            bytes = switch (random.nextInt(5)) {
                case 0 -> splice(bytes, at, to, new byte[0]);
                case 1 -> splice(bytes, at, at, Arrays.copyOfRange(bytes, at, to));
                case 2 -> splice(bytes, at, Math.min(bytes.length, at + 1), new byte[] {(byte) random.nextInt()});
                default ->
                    splice(
                            bytes,
                            at,
                            at,
                            PIECES.get(random.nextInt(PIECES.size())).getBytes(UTF_8));
            };
        }
        return bytes;
    }

    /** The bytes with those from one index to the other replaced. */
    private static byte[] splice(byte[] bytes, int from, int to, byte[] piece) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes, 0, from);
        out.writeBytes(piece);
        out.write(bytes, to, bytes.length - to);
        return out.toByteArray();
    }

    static List<byte[]> hostile() {
        return List.of(
                filled("["),
                filled("{a: "),
                filled("{"),
                filled("- "),
                filled("? "),
                filled("a:\n"),
                filled("\""),
                filled("!"),
                filled("&a "),
                filled("*a "),
                filled("a"),
                filled("a "),
                filled("a: "),
                filled(": "),
                filled("---\n"),
                filled("\0"),
                filled("\uD83D\uDE00"),
                filled("gateway: {id: ", "9"),
                filled("gateway: {id: 1.", "9"),
                filled("gateway: {id: \"", "x"),
                filled("gateway: {id: |\n", "  x\n"),
                filled("gateway: {id: \"${file:", "x"),
                filled("listen: {mqtt: {max-packet: ", "9"),
                filled("listen: {mqtt: {bind: \"", "[:"),
                filled("routes: [", "[],"),
                filled("routes: [", "{},"),
                filled("routes:\n", "- {name: a}\n"),
                filled("routes: [{topics: [", "a#,"),
                filled("routes: [{name: a, sink: {type: mqtt, url: x}, topics: [\"", "a/"),
                filled("routes: [{sink: {", "password: x, "),
                filled("routes: [{sink: {", "\"password "),
                random());
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void shouldRefuseHostileFiles(byte[] bytes) {
        ConfigException failure = file.failure(bytes);

        assertThat(failure.problems()).hasSizeLessThanOrEqualTo(101);
        assertThat(failure.getMessage()).hasSizeLessThan(100_000);
    }

    @Test
    void shouldReadAFileOfCommentsOfAnySize() {
        assertThat(file.read(filled("# comment\n"))).isEqualTo(ConfigFile.READER.defaults());
        assertThat(file.read(filled("#", "\u00E9"))).isEqualTo(ConfigFile.READER.defaults());
    }

    /** The engine under Jackson fails where a pair of surrogates lies across the end of its buffer. */
    @Test
    void shouldReadCharactersBeyondTheBasicPlaneWhereverTheyAre() {
        for (int i = 0; i < 4; i++) {
            String pairs = "x".repeat(i) + "\uD83D\uDE00".repeat(3_000);
            String mixed = "x".repeat(i) + "x\uD83D\uDE00".repeat(3_000);
            String yaml = "routes: [{name: a, topics: [b], sink: {type: mqtt, url: %s, username: %s}}]";

            RouteConfig route = file.read(yaml.formatted(pairs, mixed)).routes().get(0);

            assertThat(route.sink().values().text("url")).isEqualTo(pairs);
            assertThat(route.sink().values().optionalText("username")).contains(mixed);
        }
    }

    private static byte[] random() {
        byte[] bytes = new byte[LIMIT];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private static byte[] filled(String piece) {
        return filled("", piece);
    }

    private static byte[] filled(String begin, String piece) {
        int times = (LIMIT - begin.getBytes(UTF_8).length) / piece.getBytes(UTF_8).length;
        return (begin + piece.repeat(times)).getBytes(UTF_8);
    }
}
