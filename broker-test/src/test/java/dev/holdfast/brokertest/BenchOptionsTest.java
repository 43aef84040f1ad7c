package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.brokertest.Command.Result;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code holdfast bench} is told that it can't do. */
class BenchOptionsTest {

    @TempDir
    private Path temp = Path.of("");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--clients 0",
                "--window 65536",
                "--size 27",
                "--qos 3",
                "--rate -1",
                "--seconds 0",
                "--mqtt-version 4",
                "--url http://x",
                "--url mqtt://u:p@x",
                "--verify nowhere",
                "--password-file x",
                "-o xml"
            })
    void shouldRefuseOptionsThatMakeNoSense(String option) {
        List<String> arguments = new ArrayList<>(List.of("bench"));
        arguments.addAll(List.of(option.split(" ", -1)));
        Result result = new Command(temp).holdfast(arguments.toArray(new String[0]));

        assertThat(result.exitCode()).isEqualTo(64);
        assertThat(result.err())
                .contains(option.substring(0, option.indexOf(' ')))
                .doesNotContain("u:p@");
    }
}
