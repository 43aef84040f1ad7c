package dev.holdfast.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShortcutTest {

    private static final String BLANK = " ";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run",
                "run -c box.yaml",
                "run --config box.yaml",
                "status",
                "status -q",
                "status -c box.yaml",
                "status -q -c box.yaml",
                "--version"
            })
    void shouldTakeWhatIsPlain(String line) {
        assertThat(Shortcut.of(line.split(BLANK))).isNotNull();
    }

    /** What is wrong here, picocli says. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "run -c",
                "run box.yaml",
                "run -q",
                "run --config=box.yaml",
                "run -c box.yaml again",
                "run --help",
                "status -o json",
                "status -c box.yaml -q",
                "--version -c box.yaml",
                "--help",
                "check -c box.yaml"
            })
    void shouldLeaveTheRestToPicocli(String line) {
        assertThat(Shortcut.of(line.split(BLANK))).isNull();
    }
}
