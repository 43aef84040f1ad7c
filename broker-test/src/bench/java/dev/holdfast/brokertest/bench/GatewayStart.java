package dev.holdfast.brokertest.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Starts the gateway from the distribution over a store, and kills it as soon as it is ready. */
final class GatewayStart {

    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final int CONNECT_MILLIS = 1_000;

    private static final Map<String, String> ENVIRONMENT =
            Map.of("JAVA_HOME", System.getProperty("java.home"), "JAVA_OPTS", "-Xmx96m");

    private final List<String> command;
    private final Path log;
    private final URL ready;

    GatewayStart(Path directory, Path store) {
        int port = Server.freePort();
        Path config = directory.resolve("holdfast.yaml");
        Server.configure(config, """
                store: {path: "%s", quota: 16GiB}
                listen: {mqtt: {bind: "127.0.0.1:%d"}}
                admin: {bind: "127.0.0.1:%d"}
                """.formatted(store.toAbsolutePath(), Server.freePort(), port));
        command = List.of(System.getProperty("bench.holdfast"), "run", "-c", config.toString());
        log = directory.resolve("gateway.log");
        try {
            ready = URI.create("http://127.0.0.1:" + port + "/readyz").toURL();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Seconds from its start until it says that it is ready; ends with kill -9. */
    double seconds() {
        Started.command(ENVIRONMENT, command);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(ENVIRONMENT);
        try {
            long start = System.nanoTime();
            Process process = builder.start();
            try {
                await(process);
                return (System.nanoTime() - start) / 1e9;
            } finally {
                process.destroyForcibly();
                process.waitFor();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void await(Process process) throws IOException {
        long start = System.nanoTime();
        while (!isReady()) {
            if (!process.isAlive() || System.nanoTime() - start > TIMEOUT_NANOS) {
                throw new IllegalStateException("the gateway is not ready: " + Files.readString(log));
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private boolean isReady() {
        try {
            HttpURLConnection connection = (HttpURLConnection) ready.openConnection();
            connection.setConnectTimeout(CONNECT_MILLIS);
            connection.setReadTimeout(CONNECT_MILLIS);
            return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
        } catch (IOException e) {
            return false;
        }
    }
}
