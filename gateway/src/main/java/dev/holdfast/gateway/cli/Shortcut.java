package dev.holdfast.gateway.cli;

import dev.holdfast.gateway.Version;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What supervisors and scripts start again and again, in its plain spelling: {@code run} and {@code status} with or without
 * {@code -c FILE}, {@code status -q} and {@code --version}. They do without picocli, which takes a third of the time to start
 * (docs/adr/0008): its class files are too old for the archive of classes that the others are mapped from. All other
 * command lines, and wrong ones, are picocli's.
 */
final class Shortcut {

    private static final String QUIET = "-q";

    private final String command;
    private final ConfigOption configuration;
    private final boolean quiet;

    private Shortcut(String command, ConfigOption configuration, boolean quiet) {
        this.command = command;
        this.configuration = configuration;
        this.quiet = quiet;
    }

    /** The shortcut for a command line, or null when there is none. */
    static @Nullable Shortcut of(String... args) {
        String command = args.length == 0 ? "" : args[0];
        int next = 1;
        boolean quiet = command.equals("status") && args.length > next && args[next].equals(QUIET);
        if (quiet) {
            next++;
        }
        Path file = null;
        if (args.length == next + 2 && (args[next].equals("-c") || args[next].equals("--config"))) {
            file = Path.of(args[next + 1]);
            next += 2;
        }
        boolean known = switch (command) {
            case "run", "status" -> true;
            case "--version" -> file == null;
            default -> false;
        };
        return known && next == args.length
                ? new Shortcut(command, new ConfigOption(file, System.getenv()), quiet)
                : null;
    }

    /** Does it, and returns the exit code. */
    int run() {
        PrintWriter out = writer(System.out);
        try {
            return switch (command) {
                case "run" -> Foreground.run(configuration, out);
                case "status" -> status(StatusQuery.of(configuration), out);
                default -> version(out);
            };
        } catch (Exception e) {
            return Failures.report(e, writer(System.err));
        }
    }

    static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, Charset.defaultCharset()), true);
    }

    private int status(StatusQuery query, PrintWriter out) {
        return quiet ? query.quietly() : query.print(out);
    }

    private static int version(PrintWriter out) {
        out.println("holdfast " + Version.current());
        return ExitCode.OK;
    }
}
