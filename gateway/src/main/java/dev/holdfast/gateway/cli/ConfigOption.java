package dev.holdfast.gateway.cli;

import dev.holdfast.gateway.SinkFactories;
import dev.holdfast.gateway.config.ConfigReader;
import dev.holdfast.gateway.config.GatewayConfig;
import dev.holdfast.gateway.journal.JournalOptions;
import dev.holdfast.sink.SinkFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Option {@code -c FILE}, and where the configuration is when it is not given. */
final class ConfigOption {

    private static final List<Path> PLACES = List.of(Path.of("holdfast.yaml"), Path.of("/etc/holdfast/holdfast.yaml"));

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "Configuration; else ./holdfast.yaml, then /etc/holdfast/holdfast.yaml, then safe defaults.")
    private @Nullable Path file;

    ConfigOption() {}

    /** With the file that it says, null for none. */
    ConfigOption(@Nullable Path file) {
        this.file = file;
    }

    /** The file that is read, empty when there is none and the defaults are taken. */
    Optional<Path> file() {
        if (file != null) {
            return Optional.of(file);
        }
        return PLACES.stream().filter(Files::exists).findFirst();
    }

    /**
     * Reads it.
     *
     * @throws dev.holdfast.gateway.config.ConfigException with all that is wrong with it
     */
    GatewayConfig read(List<SinkFactory> factories) {
        ConfigReader reader = reader(factories);
        return file().map(reader::read).orElseGet(reader::defaults);
    }

    /**
     * Reads only where the status is; who may ask for it need not be able to read the secrets of the sinks.
     *
     * @throws dev.holdfast.gateway.config.ConfigException if that is wrong, or the file can't be read
     */
    InetSocketAddress adminBind() {
        ConfigReader reader = reader(SinkFactories.load());
        return file().map(reader::readAdminBind)
                .orElseGet(() -> reader.defaults().admin().bind());
    }

    private static ConfigReader reader(List<SinkFactory> factories) {
        return new ConfigReader(factories, System.getenv(), ConfigOption::hostName, JournalOptions::roomFor);
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "holdfast";
        }
    }
}
