package dev.holdfast.brokertest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The gateway from the distribution, as a process on ports of its own, which it keeps across restarts. */
final class GatewayProcess implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Path HOME = Path.of(System.getProperty("holdfast.home", "../gateway/target/holdfast"));
    private static final int TIMEOUT_MILLIS = 5_000;

    /** For processes that live for seconds: the second compiler would take a third of the processor for itself. */
    static final String FIRST_COMPILER = "-XX:TieredStopAtLevel=1";

    private final Path directory;
    private final int port = Ports.free();
    private final int adminPort = Ports.free();
    private final List<String> routes = new ArrayList<>();
    private final List<String> lanes = new ArrayList<>();
    private final List<String> prefix = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private final List<String> sections = new ArrayList<>();
    private final List<String> listeners = new ArrayList<>();
    private String mqttKeys = "";
    private final List<String> storeKeys = new ArrayList<>();
    private Path store;
    private String maxPacket = "1MiB";
    private @Nullable ManagedProcess process;

    GatewayProcess(Path directory) {
        this.directory = directory;
        this.store = directory.resolve("store");
        environment.put("JAVA_OPTS", FIRST_COMPILER);
    }

    /** Path of the command. */
    static Path command() {
        Path command = HOME.resolve("bin/holdfast").toAbsolutePath().normalize();
        if (!Files.isExecutable(command)) {
            throw new IllegalStateException(
                    command + " is missing: run the tests by broker-test/bin/verify, or mvn package before");
        }
        return command;
    }

    /** Adds a route for everything to a broker. */
    GatewayProcess routeTo(String url) {
        return routeTo(url, "window: 512");
    }

    /** Adds a route for everything to a broker, with keys of its own. */
    GatewayProcess routeTo(String url, String keys) {
        return route("name: cloud, topics: [\"#\"], %s, sink: {type: mqtt, url: \"%s\", topic: \"site/{topic}\"}"
                .formatted(keys, url));
    }

    /** Adds a route, by the inside of its YAML mapping. */
    GatewayProcess route(String yaml) {
        routes.add(yaml);
        return this;
    }

    /** Adds a lane, by the inside of its YAML mapping. */
    GatewayProcess lane(String yaml) {
        lanes.add(yaml);
        return this;
    }

    /** Takes all lanes away. */
    GatewayProcess withoutLanes() {
        lanes.clear();
        return this;
    }

    GatewayProcess withMaxPacket(String size) {
        maxPacket = size;
        return this;
    }

    /** Starts it under another command, such as strace. */
    GatewayProcess under(String... command) {
        prefix.clear();
        prefix.addAll(List.of(command));
        return this;
    }

    GatewayProcess withJavaOptions(String options) {
        environment.put("JAVA_OPTS", FIRST_COMPILER + ' ' + options);
        return this;
    }

    /** Keeps its store elsewhere than in its directory. */
    GatewayProcess withStore(Path path) {
        store = path;
        return this;
    }

    /** Adds a key to the section store. */
    GatewayProcess withStoreKey(String yaml) {
        storeKeys.add(yaml);
        return this;
    }

    /** Adds a listener beside the plain one, by its line below listen. */
    GatewayProcess listener(String yaml) {
        listeners.add(yaml);
        return this;
    }

    /** Adds keys to the plain listener. */
    GatewayProcess withMqttKeys(String yaml) {
        mqttKeys = ", " + yaml;
        return this;
    }

    /** Adds a section to the configuration. */
    GatewayProcess withSection(String yaml) {
        sections.add(yaml);
        return this;
    }

    /** Starts it with a shim that can do harm to it. */
    GatewayProcess withFaults(FaultShim faults) {
        environment.putAll(faults.environment());
        return this;
    }

    Path store() {
        return store;
    }

    Path config() {
        Path config = directory.resolve("holdfast.yaml");
        StringBuilder yaml = new StringBuilder();
        yaml.append("gateway: {id: box}\n");
        yaml.append("store: {path: \"").append(store).append('"');
        storeKeys.forEach(key -> yaml.append(", ").append(key));
        yaml.append("}\n");
        sections.forEach(section -> yaml.append(section).append('\n'));
        yaml.append("listen:\n  mqtt: {bind: \"127.0.0.1:")
                .append(port)
                .append("\", max-packet: ")
                .append(maxPacket)
                .append(mqttKeys)
                .append("}\n");
        listeners.forEach(listener -> yaml.append("  ").append(listener).append('\n'));
        yaml.append("admin: {bind: \"127.0.0.1:").append(adminPort).append("\"}\n");
        appendList(yaml, "lanes", lanes);
        appendList(yaml, "routes", routes);
        try {
            Files.createDirectories(directory);
            Files.writeString(config, yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return config;
    }

    private static void appendList(StringBuilder yaml, String key, List<String> mappings) {
        if (!mappings.isEmpty()) {
            yaml.append(key).append(":\n");
            mappings.forEach(mapping -> yaml.append("  - {").append(mapping).append("}\n"));
        }
    }

    /** Starts it, and waits until it accepts devices. */
    GatewayProcess start() {
        launch();
        awaitReady();
        return this;
    }

    /** Starts it without waiting. */
    GatewayProcess launch() {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(command().toString(), "run", "-c", config().toString()));
        process = ManagedProcess.start(directory.resolve("gateway.log"), environment, command);
        return this;
    }

    void awaitReady() {
        await("the gateway is ready, see " + directory.resolve("gateway.log"))
                .atMost(Duration.ofSeconds(60))
                .until(() -> {
                    assertAlive();
                    return isReady();
                });
    }

    /** Ends a wait for what a gateway that has ended will never do. */
    void assertAlive() {
        if (!process().isAlive()) {
            throw new IllegalStateException("the gateway has ended:\n" + log());
        }
    }

    private boolean isReady() {
        try {
            return connect("/readyz").getResponseCode() == HttpURLConnection.HTTP_OK;
        } catch (IOException e) {
            return false;
        }
    }

    private HttpURLConnection connect(String path) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(adminUrl() + path).toURL().openConnection();
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        connection.setRequestProperty("Authorization", "Bearer " + token());
        return connection;
    }

    /** What the admin port wants to be told; empty when there is none yet. */
    String token() {
        try {
            return Files.readString(store.resolve("admin-token")).strip();
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonNode status() {
        return get("/api/v1/status");
    }

    /** The gaps, the newest first; the query begins with a question mark, or is empty. */
    JsonNode gaps(String query) {
        return get("/api/v1/gaps" + query).path("gaps");
    }

    /** The audit trail, the newest first. */
    JsonNode audit() {
        return get("/api/v1/audit").path("audit");
    }

    /** What Prometheus gets. */
    String metrics() {
        try (InputStream in = connect("/metrics").getInputStream()) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JsonNode get(String path) {
        try (InputStream in = connect(path).getInputStream()) {
            return JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException("no answer to " + path + "; the gateway's log:\n" + log(), e);
        }
    }

    /** The HTTP status that a path answers with. */
    int statusOf(String path) {
        try {
            return connect(path).getResponseCode();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A lane of the status. */
    JsonNode laneStatus(String name) {
        for (JsonNode lane : status().path("store").path("lanes")) {
            if (lane.path("name").asString("").equals(name)) {
                return lane;
            }
        }
        throw new IllegalStateException("there is no lane " + name + " in " + status());
    }

    /** The status of the route that was added first. */
    JsonNode route() {
        return status().path("routes").path(0);
    }

    ManagedProcess process() {
        ManagedProcess running = process;
        if (running == null) {
            throw new IllegalStateException("the gateway was not started");
        }
        return running;
    }

    /** kill -9. */
    void kill() {
        process().kill();
    }

    int port() {
        return port;
    }

    String adminUrl() {
        return "http://127.0.0.1:" + adminPort;
    }

    Path directory() {
        return directory;
    }

    String log() {
        try {
            return Files.readString(directory.resolve("gateway.log"));
        } catch (IOException e) {
            return "no log: " + e;
        }
    }

    @Override
    public void close() {
        ManagedProcess running = process;
        if (running != null) {
            running.close();
        }
    }
}
