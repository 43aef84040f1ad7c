package dev.holdfast.gateway.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.Jazzer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Fuzzing with Jazzer, guided by coverage, each target in a process of its own: for a minute, or for
 * {@code -Dholdfast.fuzz.minutes=N} each. The corpus that it begins with is in the repository, and each of its inputs is
 * also run by itself.
 */
class JazzerTest {

    private static final Path CORPUS = Path.of("src/test/resources/fuzz");
    private static final int SECONDS = Integer.getInteger("holdfast.fuzz.minutes", 1) * 60;
    private static final Pattern PROGRESS = Pattern.compile("#([0-9]+)\\s+(INITED|DONE)\\s+cov: ([0-9]+) ft: ([0-9]+)");

    @TempDir
    private Path temp = Path.of("");

    static List<Path> inputs() throws IOException {
        try (Stream<Path> all = Files.list(CORPUS.resolve("CodecFuzz"))) {
            return all.toList();
        }
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void shouldSurviveEachInputOfTheCorpus(Path input) throws IOException {
        CodecFuzz.fuzzerTestOneInput(Files.readAllBytes(input));
    }

    /** Both at once: each has a core of its own. */
    @Test
    void shouldSurviveWhatTheFuzzersFind() throws IOException, InterruptedException {
        Map<String, Process> fuzzers = new LinkedHashMap<>();
        try {
            for (String target : List.of("CodecFuzz", "SessionFuzz")) {
                Path found = Files.createDirectories(temp.resolve(target));
                fuzzers.put(
                        target,
                        new ProcessBuilder(command(target, found))
                                .redirectErrorStream(true)
                                .redirectOutput(log(target).toFile())
                                .start());
            }
            for (Process fuzzer : fuzzers.values()) {
                assertThat(fuzzer.waitFor(SECONDS + 120L, TimeUnit.SECONDS))
                        .as("it ends")
                        .isTrue();
            }
        } finally {
            fuzzers.values().forEach(Process::destroyForcibly);
        }
        for (Map.Entry<String, Process> fuzzer : fuzzers.entrySet()) {
            judge(fuzzer.getKey(), fuzzer.getValue().exitValue());
        }
    }

    private Path log(String target) {
        return temp.resolve(target + ".log");
    }

    private void judge(String target, int exitValue) throws IOException {
        String output = Files.readString(log(target), StandardCharsets.ISO_8859_1);
        assertThat(exitValue).as(output).isZero();
        long executions = 0;
        int coverageBefore = 0;
        int coverage = 0;
        for (Matcher line = PROGRESS.matcher(output); line.find(); ) {
            executions = Long.parseLong(line.group(1));
            coverage = Integer.parseInt(line.group(3));
            coverageBefore = line.group(2).equals("INITED") ? coverage : coverageBefore;
        }
        System.out.println(
                "FUZZ " + target + ": executions=" + executions + " coverage=" + coverageBefore + " to " + coverage);
        assertThat(executions).as(output).isGreaterThan(1_000);
        assertThat(coverage).as("it is guided by coverage, which grows").isGreaterThan(coverageBefore);
    }

    private List<String> command(String target, Path found) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Jazzer.class.getName(),
                "--target_class=dev.holdfast.gateway.ingest.mqtt." + target,
                "--instrumentation_includes=dev.holdfast.gateway.ingest.**:dev.holdfast.gateway.journal.**",
                "--custom_hook_includes=dev.holdfast.**", // those of others break Netty, and are not what is tested
                "-max_total_time=" + SECONDS,
                "-max_len=4096",
                "-artifact_prefix=" + temp + "/",
                found.toString(),
                CORPUS.resolve(target).toAbsolutePath().toString());
    }
}
