package dev.holdfast.brokertest.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code bench}. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures Holdfast on this machine.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {JournalCommand.class, MqttCommand.class, PieceCommand.class, BacklogCommand.class})
public final class Bench implements Runnable {

    private static final int USAGE = 64;
    private static final int FAILED = 70;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to measure");
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
        for (Piece piece : Piece.values()) {
            if (piece.toString().equals(name)) {
                return piece;
            }
        }
        throw new CommandLine.TypeConversionException("there is no piece " + name);
    }
}
