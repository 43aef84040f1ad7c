package dev.holdfast.gateway.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code holdfast run}: the gateway in the foreground, until a signal ends it. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description =
                "Run the gateway in the foreground. Without a file it starts on safe defaults and keeps what it gets.")
final class RunCommand implements Callable<Integer> {

    @Mixin
    private final ConfigOption configuration = new ConfigOption();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        return Foreground.run(configuration, spec.commandLine().getOut());
    }
}
