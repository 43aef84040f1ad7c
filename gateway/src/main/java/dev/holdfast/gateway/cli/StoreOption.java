package dev.holdfast.gateway.cli;

import dev.holdfast.gateway.config.Adapters;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options {@code --store DIR} and {@code -c FILE}: which store. */
final class StoreOption {

    @Option(
            names = "--store",
            paramLabel = "DIR",
            description = "Directory of the store; else store.path of the configuration.")
    private @Nullable Path directory;

    @Mixin
    private final ConfigOption configuration = new ConfigOption();

    /**
     * The directory.
     *
     * @throws dev.holdfast.gateway.config.ConfigException if it is to come from a configuration that is wrong
     */
    Path directory() {
        Path given = directory;
        return given != null
                ? given
                : configuration.read(Adapters.load()).store().path();
    }
}
