package dev.holdfast.brokertest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A command that is run to its end in a directory of its own. */
final class Command {

    private static final long TIMEOUT_SECONDS = 60;

    /**
     * What came of it.
     *
     * @param exitCode its exit code
     * @param out what it wrote to standard output
     * @param err what it wrote to standard error
     */
    record Result(int exitCode, String out, String err) {}

    private final Path directory;
    private final Map<String, String> environment = new HashMap<>();

    Command(Path directory) {
        this.directory = directory;
    }

    Command with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Runs the distribution's launcher. */
    Result holdfast(String... arguments) {
        List<String> command = new ArrayList<>(List.of(GatewayProcess.command().toString()));
        command.addAll(List.of(arguments));
        return run(command);
    }

    Result run(List<String> command) {
        Path out = directory.resolve("stdout");
        Path err = directory.resolve("stderr");
        try {
            Files.createDirectories(directory);
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            int exitCode = exitCode(process, command);
            return new Result(exitCode, Files.readString(out, UTF_8), Files.readString(err, UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int exitCode(Process process, List<String> command) throws IOException {
        try {
            process.getOutputStream().close();
            if (process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                return process.exitValue();
            }
            throw new IllegalStateException(command + " did not end in " + TIMEOUT_SECONDS + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
