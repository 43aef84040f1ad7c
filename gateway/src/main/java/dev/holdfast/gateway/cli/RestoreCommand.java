package dev.holdfast.gateway.cli;

import dev.holdfast.gateway.journal.StoreCheck;
import dev.holdfast.gateway.journal.xodus.Restore;
import dev.holdfast.gateway.text.Text;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast restore}: makes a store of a backup. */
@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        description = "Restore a backup to a store directory that is not there, or empty. All of it is checked first.")
final class RestoreCommand implements Callable<Integer> {

    @Mixin
    private final StoreOption store = new StoreOption();

    @Parameters(paramLabel = "FILE", description = "The backup.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path file;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        Path directory = store.directory();
        StoreCheck.Report report;
        try (ProgressBar bar = ProgressBar.of(spec.commandLine().getErr(), "restoring")) {
            report = Restore.run(file, directory, (total, done) -> bar.show(total, done));
        }
        PrintWriter out = spec.commandLine().getOut();
        long messages =
                report.lanes().stream().mapToLong(StoreCheck.Lane::messages).sum();
        out.println("restored " + file + " to " + directory + ", " + Text.count(messages) + " messages");
        if (report.clean()) {
            return ExitCode.OK;
        }
        out.println("SOME OF IT IS DAMAGED: holdfast fsck tells what; the gateway puts that into quarantine");
        return ExitCode.FAILED;
    }
}
