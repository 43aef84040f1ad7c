package dev.holdfast.gateway.cli;

import dev.holdfast.gateway.journal.xodus.Backup;
import dev.holdfast.gateway.text.Text;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast backup}: copies a store to a file, while the gateway runs. */
@Command(
        name = "backup",
        mixinStandardHelpOptions = true,
        description = {
            "Back up a store to a file, as it is at one moment; the gateway may run meanwhile.",
            "To be run by the user that the gateway runs as, as nobody else can read the store."
        })
final class BackupCommand implements Callable<Integer> {

    @Mixin
    private final StoreOption store = new StoreOption();

    @Option(names = "--force", description = "Replace the file if it is there.")
    private boolean force;

    @Parameters(paramLabel = "FILE", description = "The backup.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path file;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (Files.exists(file) && !force) {
            spec.commandLine().getErr().println("holdfast: " + file + " is there already; --force replaces it");
            return ExitCode.FAILED;
        }
        Path directory = store.directory();
        try (ProgressBar bar = ProgressBar.of(spec.commandLine().getErr(), "backing up")) {
            Backup.take(directory, file, (total, done) -> bar.show(total, done));
        }
        spec.commandLine()
                .getOut()
                .println("backed up " + directory + " to " + file + ", "
                        + Text.bytes(file.toFile().length()));
        return ExitCode.OK;
    }
}
