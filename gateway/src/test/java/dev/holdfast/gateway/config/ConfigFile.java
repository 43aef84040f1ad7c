package dev.holdfast.gateway.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;

/** A configuration file in a directory of a test, named holdfast.yaml in what it shows. */
final class ConfigFile {

    static final Map<String, String> ENVIRONMENT =
            Map.of("CLOUD_PASSWORD", "sesame-open", "WINDOW", "64", "WORD", "sesame-word", "EMPTY", "");

    /** Half of a quota has room for messages. */
    static final LongUnaryOperator ROOM = quota -> quota / 2;

    static final ConfigReader READER = new ConfigReader(TestSinks.ALL, ENVIRONMENT, () -> "box17", ROOM);

    private final Path directory;
    private final Path file;

    ConfigFile(Path directory) {
        this.directory = directory;
        this.file = directory.resolve("holdfast.yaml");
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
        return READER.read(file);
    }

    InetSocketAddress adminBind(String yaml) {
        beside("holdfast.yaml", yaml.getBytes(UTF_8));
        return READER.readAdminBind(file);
    }

    ConfigException failure(String yaml) {
        return failure(yaml.getBytes(UTF_8));
    }

    ConfigException failure(byte[] bytes) {
        ConfigException failure = catchThrowableOfType(ConfigException.class, () -> read(bytes));
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
