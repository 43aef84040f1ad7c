package dev.holdfast.gateway.cli;

import dev.holdfast.gateway.config.Adapters;
import dev.holdfast.gateway.config.ConfigDocs;
import dev.holdfast.gateway.config.ConfigReader;
import dev.holdfast.gateway.config.ConfigSchema;
import dev.holdfast.gateway.config.EffectiveConfig;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code holdfast config}: what the configuration is, and what it may be. Changes nothing. */
@Command(
        name = "config",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Show the configuration as it takes effect, or describe what there is to configure.")
final class ConfigCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Show every value that takes effect, without secrets, in a form that can be read again.")
    int show(
            @Mixin ConfigOption configuration,
            @Option(names = "--origin", description = "Say of each value where it came from.") boolean origin,
            @Option(
                            names = {"-o", "--output"},
                            paramLabel = "FORMAT",
                            defaultValue = "yaml",
                            description = "yaml or json.")
                    String output) {
        ConfigReader reader = configuration.reader(Adapters.load());
        print(
                switch (output.toLowerCase(Locale.ROOT)) {
                    case "yaml" -> EffectiveConfig.yaml(reader, configuration.files(), origin);
                    case "json" -> EffectiveConfig.json(reader, configuration.files(), origin);
                    default ->
                        throw new ParameterException(
                                spec.subcommands().get("show"), "-o " + output + ": allowed are yaml and json");
                });
        return ExitCode.OK;
    }

    @Command(
            name = "schema",
            mixinStandardHelpOptions = true,
            description = "Print a JSON Schema of the configuration, with which an editor completes and checks it.")
    int schema() {
        print(ConfigSchema.json(Adapters.load()));
        return ExitCode.OK;
    }

    @Command(name = "docs", hidden = true, description = "Print docs/CONFIG.md.")
    int docs() {
        print(ConfigDocs.markdown(Adapters.load()));
        return ExitCode.OK;
    }

    private void print(String text) {
        PrintWriter out = spec.commandLine().getOut();
        out.print(text);
        out.flush();
    }
}
