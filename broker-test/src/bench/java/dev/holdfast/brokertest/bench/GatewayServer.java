package dev.holdfast.brokertest.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The gateway from the distribution, as its users start it. */
final class GatewayServer implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final int OK = 200;

    private final Path store;
    private final int port = Server.freePort();
    private final int adminPort = Server.freePort();
    private final Path config;
    private final Server server;

    /**
     * Starts it and waits until it is ready.
     *
     * @param store where it stores; what is there from before stays
     * @param listener more keys of its listener, with a comma before them; or nothing
     * @param more more sections of its configuration
     */
    GatewayServer(Path directory, Path store, String listener, String more) {
        this(directory, store, listener, more, "");
    }

    /** Starts it with options for its JVM. */
    GatewayServer(Path directory, Path store, String listener, String more, String javaOptions) {
        this.store = store;
        config = directory.resolve("holdfast.yaml");
        Server.configure(config, """
                gateway: {id: bench}
                store: {path: "%s", quota: 32GiB}
                listen: {mqtt: {bind: "127.0.0.1:%d"%s}, limits: {connections: 20000}}
                admin: {bind: "127.0.0.1:%d"}
                %s
                """.formatted(store.toAbsolutePath(), port, listener, adminPort, more));
        server = Server.start(
                directory.resolve("gateway.log"),
                Map.of("JAVA_HOME", System.getProperty("java.home"), "JAVA_OPTS", javaOptions),
                List.of(System.getProperty("bench.holdfast"), "run", "-c", config.toString()));
        server.await("the gateway is ready", this::isReady);
    }

    private boolean isReady() {
        try {
            return connect("/readyz").getResponseCode() == OK;
        } catch (IOException e) {
            return false;
        }
    }

    private HttpURLConnection connect(String path) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + adminPort + path).toURL().openConnection();
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        Path token = store.resolve("admin-token");
        if (Files.exists(token)) {
            connection.setRequestProperty(
                    "Authorization", "Bearer " + Files.readString(token).strip());
        }
        return connection;
    }

    JsonNode status() {
        try (InputStream in = connect("/api/v1/status").getInputStream()) {
            return JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many messages it has ever stored. */
    long stored() {
        return status().path("store").path("lanes").path(0).path("head").asLong();
    }

    /** How many messages its first route has before it. */
    long backlog() {
        return status().path("routes").path(0).path("backlog").path("messages").asLong(-1);
    }

    /** How many its first route has delivered. */
    long delivered() {
        return stored() - backlog();
    }

    /** Where it stores. */
    Path store() {
        return store;
    }

    /** Waits until its first route has delivered all. */
    void awaitDelivered() {
        await("all is delivered", () -> backlog() == 0);
    }

    /** Waits, and fails when it has ended. */
    void await(String what, BooleanSupplier condition) {
        server.await(what, condition);
    }

    /** What it has used. */
    Usage usage() {
        return Usage.of(server.pid());
    }

    /** The command that asks it how it is. */
    List<String> statusCommand() {
        return List.of(System.getProperty("bench.holdfast"), "status", "-c", config.toString());
    }

    /** Bytes that it has handed to the system to be written, to files and not to its MQTT peers. */
    long written() {
        return Usage.written(server.pid(), Set.of("front-door", "mqtt-"));
    }

    String url() {
        return "mqtt://127.0.0.1:" + port;
    }

    @Override
    public void close() {
        server.close();
    }
}
