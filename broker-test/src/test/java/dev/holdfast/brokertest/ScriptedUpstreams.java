package dev.holdfast.brokertest;

import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/**
 * One gateway with many routes, each to a scripted broker of its own: so tests share the start of the gateway and
 * nothing else. Route {@code x} takes the topics {@code x/#} to {@code site/x/#}.
 */
final class ScriptedUpstreams implements AutoCloseable {

    /** For many tries without any in vain: a dead letter after two, and no patience. */
    static final String HASTY = "attempts: 2, window: 8, ack-timeout: 1s";

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final GatewayProcess gateway;
    private final Map<String, ScriptedBroker> brokers = new HashMap<>();

    ScriptedUpstreams(Path directory) {
        gateway = new GatewayProcess(directory);
    }

    ScriptedUpstreams route(String name) {
        return route(name, HASTY, "topic: \"site/{topic}\"");
    }

    /** Adds a route with keys of its own and with options of its sink. */
    ScriptedUpstreams route(String name, String keys, String options) {
        ScriptedBroker broker = new ScriptedBroker();
        brokers.put(name, broker);
        gateway.route("name: %1$s, topics: [\"%1$s/#\"], %2$s, sink: {type: mqtt, url: \"%3$s\", %4$s}"
                .formatted(name, keys, broker.url(), options));
        return this;
    }

    ScriptedUpstreams start() {
        gateway.start();
        return this;
    }

    GatewayProcess gateway() {
        return gateway;
    }

    ScriptedBroker broker(String route) {
        return Objects.requireNonNull(brokers.get(route), route);
    }

    Publisher device() {
        return new Publisher(gateway.port());
    }

    /** Publishes each text to the topic {@code route/t} with QoS 1, and waits for the acknowledgements. */
    void publish(String route, List<String> texts) {
        try (Publisher device = device()) {
            device.publish(route + "/t", texts);
        }
    }

    /** The status of a route by its name. */
    JsonNode status(String route) {
        for (JsonNode status : gateway.status().path("routes")) {
            if (status.path("name").asString("").equals(route)) {
                return status;
            }
        }
        throw new IllegalArgumentException("there is no route " + route);
    }

    long number(String route, String field) {
        return status(route).path(field).asLong(-1);
    }

    String lastError(String route) {
        return status(route).path("lastError").asString("");
    }

    void awaitState(String route, String state) {
        await(route + " is " + state)
                .atMost(TIMEOUT)
                .until(() -> status(route).path("state").asString("").equals(state));
    }

    void awaitLastError(String route, String part) {
        await(route + " says " + part)
                .atMost(TIMEOUT)
                .until(() -> lastError(route).contains(part));
    }

    /** Waits until so many messages of a route in its life were delivered, and nothing of it waits. */
    void awaitDelivered(String route, long messages) {
        await(messages + " messages of " + route + " are delivered: " + gateway.directory())
                .atMost(TIMEOUT)
                .until(() -> number(route, "delivered") == messages
                        && status(route).path("inFlight").asLong() == 0);
    }

    void awaitDeadLetters(String route, long messages) {
        await(messages + " dead letters of " + route + ": " + gateway.directory())
                .atMost(TIMEOUT)
                .until(() -> number(route, "deadLetters") == messages);
    }

    /** Texts {@code m0}, {@code m1} and so on. */
    static List<String> texts(int number) {
        return IntStream.range(0, number).mapToObj(i -> "m" + i).toList();
    }

    @Override
    public void close() {
        gateway.close();
        brokers.values().forEach(ScriptedBroker::close);
    }
}
