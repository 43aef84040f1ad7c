package dev.holdfast.brokertest.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/**
 * The command {@code bench}: measures pieces, in a JVM for each, prints a table and keeps the figures as JSON, with what was
 * started and how it was configured.
 */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = {
            "Measures Holdfast on this machine, beside what it is compared with, in one run.",
            "Prints a Markdown table and the commands that were started. Exits with 1 when a target was missed."
        },
        subcommands = {PieceCommand.class, StoreCommand.class, PublishCommand.class})
@SuppressWarnings("NullAway.Init") // fields are set by picocli
public final class Bench implements Callable<Integer> {

    private static final int USAGE = 64;
    private static final int FAILED = 70;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Parameters(
            arity = "0..*",
            paramLabel = "PIECE",
            completionCandidates = Names.class,
            description = "What to measure, or all of a group: ${COMPLETION-CANDIDATES}. Default: everything.")
    private List<String> names = List.of();

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

    @Option(
            names = "--results",
            defaultValue = "broker-test/target/bench/bench.json",
            description = "Where to keep the figures, and beside it their plot. Default: ${DEFAULT-VALUE}")
    private Path results;

    @Spec
    private CommandSpec spec;

    /** What can be measured. */
    static final class Names implements Iterable<String> {

        @Override
        public Iterator<String> iterator() {
            return Piece.names().iterator();
        }
    }

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] args) {
        CommandLine commandLine = new CommandLine(new Bench()).setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.registerConverter(Piece.class, Bench::piece);
        commandLine.setExecutionExceptionHandler((failure, command, result) -> {
            failure.printStackTrace();
            return FAILED;
        });
        commandLine.getCommandSpec().exitCodeOnInvalidInput(USAGE);
        System.exit(commandLine.execute(args));
    }

    private static Piece piece(String name) {
        Piece piece = Piece.named(name);
        if (piece == null) {
            throw new CommandLine.TypeConversionException("there is no piece " + name);
        }
        return piece;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Set<Piece> pieces = pieces();
        PrintWriter out = spec.commandLine().getOut();
        Files.createDirectories(directory);
        Map<Piece, Measured> all = new LinkedHashMap<>();
        boolean met = true;
        for (Piece piece : pieces) {
            Measured measured = measure(piece);
            all.put(piece, measured);
            print(out, piece, measured.figures());
            keep(all);
            met &= measured.figures().stream().allMatch(figure -> figure.met(quick));
            Setup.delete(directory.resolve(piece.toString()));
        }
        out.println();
        out.println(Machine.describe(directory));
        out.println(String.join(", ", Machine.versions()));
        out.flush();
        return met ? 0 : 1;
    }

    private Set<Piece> pieces() {
        Set<Piece> pieces = new LinkedHashSet<>();
        for (String name : names) {
            List<Piece> group = Piece.group(name);
            Piece piece = Piece.named(name);
            if (piece != null) {
                pieces.add(piece);
            } else if (group.isEmpty()) {
                throw new ParameterException(
                        spec.commandLine(), "there is no piece " + name + "; there are " + Piece.names());
            }
            pieces.addAll(group);
        }
        return pieces.isEmpty() ? new LinkedHashSet<>(Piece.all()) : pieces;
    }

    /** Keeps what there is so far: a long run may not come to its end. */
    private void keep(Map<Piece, Measured> all) throws IOException {
        Files.createDirectories(results.toAbsolutePath().getParent());
        Map<String, Object> run = new LinkedHashMap<>();
        run.put("machine", Machine.describe(directory));
        run.put("versions", Machine.versions());
        run.put("quick", quick);
        run.put("pieces", all);
        JSON.writeValue(results.toFile(), run);
        Map<Piece, List<Figure>> figures = new LinkedHashMap<>();
        all.forEach((piece, measured) -> figures.put(piece, measured.figures()));
        Plot.write(Path.of(results.toString().replaceAll("\\.json$", "") + ".svg"), figures);
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

    private Measured measure(Piece piece) throws IOException, InterruptedException {
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
            return JSON.readValue(result.toFile(), Measured.class);
        } finally {
            Files.deleteIfExists(result);
        }
    }
}
