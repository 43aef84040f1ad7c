package dev.holdfast.gateway.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A configuration file in a directory of a test, named holdfast.yaml in what it shows. */
final class ConfigFile {

    static final Map<String, String> ENVIRONMENT =
            Map.of("CLOUD_PASSWORD", "sesame-open", "WINDOW", "64", "WORD", "sesame-word", "EMPTY", "");

    /** Half of a quota has room for messages. */
    static final LongUnaryOperator ROOM = quota -> quota / 2;

    static final ConfigReader READER = new ConfigReader(TestSinks.ALL, ENVIRONMENT, () -> "box17", ROOM);

    private final Path directory;
    private final Path file;
    private final ConfigReader reader;

    ConfigFile(Path directory) {
        this(directory, READER);
    }

    private ConfigFile(Path directory, ConfigReader reader) {
        this.directory = directory;
        this.reader = reader;
        this.file = directory.resolve("holdfast.yaml");
    }

    /** One that is read with the adapters that a gateway has. */
    static ConfigFile withRealAdapters(Path directory) {
        return new ConfigFile(directory, new ConfigReader(Adapters.load(), ENVIRONMENT, () -> "box17", ROOM));
    }

    /** A reader with more in the environment: names and values by turns. */
    static ConfigReader reader(String... variables) {
        Map<String, String> environment = new HashMap<>(ENVIRONMENT);
        for (int i = 0; i < variables.length; i += 2) {
            environment.put(variables[i], variables[i + 1]);
        }
        return new ConfigReader(TestSinks.ALL, environment, () -> "box17", ROOM);
    }

    /** The same with more in the environment: names and values by turns. */
    ConfigFile with(String... variables) {
        return new ConfigFile(directory, reader(variables));
    }

    /** Puts a file beside the configuration. */
    Path beside(String name, byte[] content) {
        try {
            return Files.write(directory.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    GatewayConfig read(String yaml) {
        return read(yaml.getBytes(UTF_8));
    }

    GatewayConfig read(byte[] bytes) {
        beside("holdfast.yaml", bytes);
        return reader.read(file);
    }

    InetSocketAddress adminBind(String yaml) {
        beside("holdfast.yaml", yaml.getBytes(UTF_8));
        return reader.readAdminPlace(ConfigFiles.of(file)).bind();
    }

    ConfigException failure(String yaml) {
        return failure(yaml.getBytes(UTF_8));
    }

    ConfigException failure(byte[] bytes) {
        return failure(() -> read(bytes));
    }

    ConfigException failure(ThrowingCallable reading) {
        ConfigException failure = catchThrowableOfType(ConfigException.class, reading);
        assertThat(failure).as("what reading threw").isNotNull();
        assertThat(failure.problems()).isNotEmpty();
        return failure;
    }

    /** All that reading says, with the directory cut off. */
    String complaint(String yaml) {
        return shown(failure(yaml));
    }

    String shown(ConfigException failure) {
        return String.valueOf(failure.getMessage()).replace(directory + "/", "");
    }

    /** The place and message of each problem. */
    List<String> problems(String yaml) {
        return failure(yaml).problems().stream()
                .map(problem -> problem.line() + ":" + problem.column() + " " + problem.message())
                .toList();
    }
}
