package dev.holdfast.brokertest.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Measures the pieces of a suite: starts a JVM for each, prints a table and keeps the figures as JSON. */
@SuppressWarnings("NullAway.Init") // fields are set by picocli
abstract class SuiteCommand implements Callable<Integer> {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Parameters(arity = "0..*", paramLabel = "PIECE", description = "What to measure. Default: everything.")
    private List<Piece> pieces = List.of();

    @Option(
            names = "--directory",
            defaultValue = "broker-test/target/bench/data",
            description = "Where to write: on the disk that is to be measured. Default: ${DEFAULT-VALUE}")
    private Path directory;

    @Option(
            names = "--quick",
            description = "A short form with generous bounds, which shows regressions and is no good for figures.")
    private boolean quick;

    @Option(names = "--java-options", defaultValue = "", description = "More flags for the JVMs, such as a profiler's.")
    private String javaOptions;

    @Option(names = "--results", description = "Where to keep the figures. Default: a file in broker-test/target/bench")
    private @Nullable Path results;

    private final Piece.Suite suite;

    @Spec
    private CommandSpec spec;

    SuiteCommand(Piece.Suite suite) {
        this.suite = suite;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        Files.createDirectories(directory);
        Map<Piece, List<Figure>> all = new LinkedHashMap<>();
        boolean met = true;
        for (Piece piece : pieces) {
            if (piece.suite() != suite) {
                throw new ParameterException(
                        spec.commandLine(), "there is no piece " + piece + " here; there are " + Piece.of(suite));
            }
        }
        for (Piece piece : pieces.isEmpty() ? Piece.of(suite) : pieces) {
            List<Figure> figures = measure(piece);
            all.put(piece, figures);
            print(out, piece, figures);
            keep(all);
            met &= figures.stream().allMatch(figure -> figure.met(quick));
            Setup.delete(directory.resolve(piece.toString()));
        }
        out.println();
        out.println(Machine.describe(directory));
        out.println(String.join(", ", Machine.versions()));
        out.flush();
        return met ? 0 : 1;
    }

    /** Keeps what there is so far: a long run may not come to its end. */
    private void keep(Map<Piece, List<Figure>> all) throws IOException {
        Path file = results == null
                ? Path.of("broker-test/target/bench", suite.name().toLowerCase(Locale.ROOT) + ".json")
                : results;
        Files.createDirectories(file.toAbsolutePath().getParent());
        JSON.writeValue(
                file.toFile(),
                Map.of(
                        "machine",
                        Machine.describe(directory),
                        "versions",
                        Machine.versions(),
                        "quick",
                        quick,
                        "pieces",
                        all));
        Plot.write(Path.of(file.toString().replaceAll("\\.json$", "") + ".svg"), all);
    }

    private void print(PrintWriter out, Piece piece, List<Figure> figures) {
        out.println();
        out.println("### " + piece.title());
        out.println();
        out.println("| what | measured | beside | ratio or value (lowest–highest) | target |");
        out.println("|---|---|---|---|---|");
        figures.forEach(figure -> out.println(figure.markdown(quick)));
        out.flush();
    }

    private List<Figure> measure(Piece piece) throws IOException, InterruptedException {
        Path result = Files.createTempFile("figures", ".json");
        Setup setup = new Setup(directory, quick);
        List<String> arguments = new ArrayList<>(List.of(
                "piece",
                piece.toString(),
                "--directory",
                setup.empty(piece.toString()).toString(),
                "--result",
                result.toString()));
        if (quick) {
            arguments.add("--quick");
        }
        try {
            int exitCode = Jvm.start(piece.syncs(), javaOptions, arguments).waitFor();
            if (exitCode != 0) {
                throw new IllegalStateException("piece " + piece + " ended with exit code " + exitCode);
            }
            return JSON.readValue(result.toFile(), new TypeReference<List<Figure>>() {});
        } finally {
            Files.deleteIfExists(result);
        }
    }
}
