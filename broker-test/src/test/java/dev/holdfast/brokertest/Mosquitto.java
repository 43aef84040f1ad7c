package dev.holdfast.brokertest;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Debian's Mosquitto as a process on a port of its own, which it keeps across restarts. */
final class Mosquitto implements AutoCloseable {

    private final Path directory;
    private final int port;
    private final List<String> settings = new ArrayList<>();
    private @Nullable ManagedProcess process;

    private Mosquitto(Path directory, int port) {
        this.directory = directory;
        this.port = port;
    }

    /**
     * One that takes everything from everybody, without limits, and keeps what it has when it is stopped. Its log has who
     * comes and goes, but not each packet: of load that would be more than the messages.
     */
    static Mosquitto persistent(Path directory) {
        return new Mosquitto(directory, Ports.free())
                .with("log_type error")
                .with("log_type warning")
                .with("log_type notice")
                .with("log_type information")
                .with("persistence true")
                .with("persistence_location " + directory + "/")
                .with("max_inflight_messages 0")
                .with("max_queued_messages 0");
    }

    /** One with its defaults, except that anonymous clients may come; forgets everything when it ends. */
    static Mosquitto plain(Path directory) {
        return new Mosquitto(directory, Ports.free()).with("log_type all");
    }

    Mosquitto with(String setting) {
        settings.add(setting);
        return this;
    }

    Mosquitto start() {
        Path config = directory.resolve("mosquitto.conf");
        List<String> lines = new ArrayList<>();
        lines.add("listener " + port + " 127.0.0.1");
        lines.add("user root");
        if (settings.stream().noneMatch(line -> line.startsWith("allow_anonymous"))) {
            lines.add("allow_anonymous true");
        }
        lines.addAll(settings);
        try {
            Files.createDirectories(directory);
            Files.write(config, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ManagedProcess started =
                ManagedProcess.start(directory.resolve("mosquitto.log"), executable(), "-c", config.toString());
        process = started;
        await("Mosquitto listens on " + port + ": " + directory.resolve("mosquitto.log"))
                .atMost(Duration.ofSeconds(20))
                .until(() -> Ports.isOpen(port));
        return this;
    }

    /** Debian puts it where only root looks. */
    private static String executable() {
        Path sbin = Path.of("/usr/sbin/mosquitto");
        return Files.isExecutable(sbin) ? sbin.toString() : "mosquitto";
    }

    ManagedProcess process() {
        ManagedProcess running = process;
        if (running == null) {
            throw new IllegalStateException("Mosquitto was not started");
        }
        return running;
    }

    /** Ends it in the regular way; what is persistent is written. */
    void stop() {
        process().stop();
    }

    int port() {
        return port;
    }

    String url() {
        return "mqtt://127.0.0.1:" + port;
    }

    @Override
    public void close() {
        ManagedProcess running = process;
        if (running != null) {
            running.close();
        }
    }
}
