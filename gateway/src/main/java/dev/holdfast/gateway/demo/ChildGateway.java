package dev.holdfast.gateway.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The gateway as a process of its own, so that it can be killed. Its log goes to a file in the demo's directory. */
final class ChildGateway implements AutoCloseable {

    private static final long STOP_SECONDS = 15;
    private static final int LOG_LINES = 20;

    private final List<String> command;
    private final Path config;
    private final Path log;
    private @Nullable Process process;

    ChildGateway(List<String> command, Path directory, int mqttPort, int adminPort, int upstreamPort)
            throws IOException {
        this.command = command;
        config = directory.resolve("holdfast.yaml");
        log = directory.resolve("gateway.log");
        Files.writeString(config, """
                gateway: {id: demo}
                store: {path: "%s"}
                listen:
                  mqtt: {bind: "127.0.0.1:%d"}
                routes:
                  - name: cloud
                    topics: ["#"]
                    sink: {type: mqtt, url: "mqtt://127.0.0.1:%d", topic: "site/{gateway}/{topic}"}
                admin: {bind: "127.0.0.1:%d"}
                """.formatted(directory.resolve("store"), mqttPort, upstreamPort, adminPort));
    }

    /** Its configuration. */
    Path config() {
        return config;
    }

    void start() {
        List<String> run = new ArrayList<>(command);
        run.addAll(List.of("run", "-c", config.toString()));
        try {
            ProcessBuilder builder = new ProcessBuilder(run)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            // what overrides the configuration of a real gateway would lead to its store
            builder.environment().keySet().removeIf(name -> name.startsWith("HOLDFAST_"));
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("the gateway can't be started", e);
        }
    }

    /** kill -9. */
    void kill() throws InterruptedException {
        Process running = process;
        if (running != null) {
            running.destroyForcibly().waitFor();
        }
    }

    boolean isAlive() {
        Process running = process;
        return running != null && running.isAlive();
    }

    long pid() {
        Process running = process;
        return running == null ? -1 : running.pid();
    }

    /** The last lines of its log, for when it does not do what it should. */
    String logTail() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
        } catch (IOException e) {
            return "its log can't be read: " + e;
        }
    }

    /** Ends it in the regular way; after some time by force. */
    @Override
    public void close() {
        Process running = process;
        if (running == null) {
            return;
        }
        running.destroy();
        try {
            if (!running.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                running.destroyForcibly();
            }
        } catch (InterruptedException e) {
            running.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
