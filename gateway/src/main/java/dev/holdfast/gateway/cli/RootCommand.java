package dev.holdfast.gateway.cli;

import dev.holdfast.gateway.Version;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code holdfast}, with all that picocli does for it: help, options in any spelling, suggestions. */
@Command(
        name = "holdfast",
        mixinStandardHelpOptions = true,
        description = {
            "A store-and-forward gateway for MQTT.",
            "A PUBACK from Holdfast means: on disk, fsynced, and it will be delivered or accounted for.",
            ""
        },
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            RunCommand.class,
            CheckCommand.class,
            ConfigCommand.class,
            StatusCommand.class,
            PasswdCommand.class,
            FsckCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            BenchCommand.class,
            DemoCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:ok",
            "1:the thing asked failed",
            "3:the gateway ran out of memory",
            "64:the command line is wrong",
            "69:the gateway can't be reached",
            "70:internal error",
            "74:the store can't be read or written",
            "78:the configuration is wrong"
        })
final class RootCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    /** Tells the version. */
    static final class VersionProvider implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"holdfast " + Version.current()};
        }
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    /** Runs what the command line says, and returns the exit code. */
    static int run(String... args) {
        CommandLine commandLine = new CommandLine(new RootCommand());
        tellVersion(commandLine);
        commandLine.setParameterExceptionHandler(RootCommand::usage);
        commandLine.setExecutionExceptionHandler(
                (failure, command, parsed) -> Failures.report(failure, command.getErr()));
        return commandLine.execute(args);
    }

    private static void tellVersion(CommandLine commandLine) {
        commandLine.getCommandSpec().versionProvider(new VersionProvider());
        commandLine.getSubcommands().values().forEach(RootCommand::tellVersion);
    }

    private static int usage(ParameterException failure, String[] args) {
        PrintWriter err = failure.getCommandLine().getErr();
        err.println(failure.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(failure, err);
        err.println("Try: " + failure.getCommandLine().getCommandSpec().qualifiedName() + " --help");
        return ExitCode.USAGE;
    }
}
