package dev.holdfast.brokertest;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** HiveMQ CE in a JVM of its own, on a port that it keeps across restarts, with what it stores. */
final class HiveMq implements AutoCloseable {

    private static final Path BUILT = Path.of(System.getProperty("holdfast.hivemq", "hivemq/target"));

    private final Path directory;
    private final int port = Ports.free();
    private @Nullable ManagedProcess process;

    HiveMq(Path directory) {
        this.directory = directory;
    }

    HiveMq start() {
        try {
            for (String part : List.of("conf", "data", "extensions")) {
                Files.createDirectories(directory.resolve(part));
            }
            Files.writeString(directory.resolve("conf").resolve("config.xml"), """
                    <hivemq>
                      <listeners>
                        <tcp-listener><port>%d</port><bind-address>127.0.0.1</bind-address></tcp-listener>
                      </listeners>
                      <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
                    </hivemq>
                    """.formatted(port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Path log = directory.resolve("hivemq.log");
        process = ManagedProcess.start(
                log,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                BUILT.resolve("classes") + File.pathSeparator + BUILT.resolve("lib") + "/*",
                "dev.holdfast.brokertest.hivemq.HiveMqMain",
                directory.toString());
        await("HiveMQ listens on " + port + ": " + log)
                .atMost(Duration.ofMinutes(1))
                .until(() -> Ports.isOpen(port));
        return this;
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
