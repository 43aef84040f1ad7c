package dev.holdfast.gateway.cli;

import dev.holdfast.gateway.config.Adapters;
import dev.holdfast.gateway.config.ConfigException;
import dev.holdfast.gateway.config.ConfigFiles;
import dev.holdfast.gateway.config.ConfigReader;
import dev.holdfast.gateway.config.GatewayConfig;
import dev.holdfast.gateway.journal.JournalOptions;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Option {@code -c FILE}, and where the configuration is when it is not given. */
final class ConfigOption {

    private static final Path HERE = Path.of("holdfast.yaml");
    private static final Path OF_MACHINE = Path.of("/etc/holdfast/holdfast.yaml");

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "Configuration; else ./holdfast.yaml, then /etc/holdfast/holdfast.yaml, then safe defaults."
                    + " Files conf.d/*.yaml beside it and variables HOLDFAST_... are read too.")
    private @Nullable Path file;

    private final Map<String, String> environment;

    private @Nullable ConfigFiles files;

    ConfigOption() {
        this(null, System.getenv());
    }

    /** With the file that it says, null for none, and the environment that may override what is in it. */
    ConfigOption(@Nullable Path file, Map<String, String> environment) {
        this.file = file;
        this.environment = environment;
    }

    /** The files that are read; of none the defaults are taken. What lies here or for the machine is looked up once. */
    ConfigFiles files() {
        ConfigFiles known = files;
        if (known == null) {
            known = find();
            files = known;
        }
        return known;
    }

    private ConfigFiles find() {
        if (file != null) {
            return ConfigFiles.of(file);
        }
        // a conf.d where somebody happens to be may belong to something else
        return Files.exists(HERE) ? ConfigFiles.of(HERE) : ConfigFiles.ifAny(OF_MACHINE);
    }

    /** What the configuration is read from, in one line for people. */
    String sources() {
        return reader(Adapters.NONE).sources(files());
    }

    /**
     * Reads it.
     *
     * @throws dev.holdfast.gateway.config.ConfigException with all that is wrong with it
     */
    GatewayConfig read(Adapters adapters) {
        return reader(adapters).read(files());
    }

    /**
     * Reads only where the status is; who may ask for it need not be able to read the secrets of the sinks.
     *
     * @throws dev.holdfast.gateway.config.ConfigException if that is wrong, or a file can't be read
     */
    ConfigReader.AdminPlace adminPlace() {
        try {
            return reader(Adapters.NONE).readAdminPlace(files()); // sinks take long to load, and are seldom needed
        } catch (ConfigException e) {
            return reader(Adapters.load()).readAdminPlace(files()); // they know what is secret in an excerpt
        }
    }

    ConfigReader reader(Adapters adapters) {
        return new ConfigReader(adapters, environment, ConfigOption::hostName, JournalOptions::roomFor);
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "holdfast";
        }
    }
}
