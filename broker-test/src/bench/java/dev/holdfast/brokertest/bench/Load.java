package dev.holdfast.brokertest.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Devices that publish: {@code holdfast bench} in a process of its own.
 *
 * @param clients how many devices
 * @param window how many messages of each may be unacknowledged
 * @param perSecond messages a second in all; 0 for as many as it goes
 * @param seconds how long is measured
 * @param warmUpSeconds how long before that is not
 */
record Load(int clients, int window, int perSecond, double seconds, double warmUpSeconds) {

    static final int PAYLOAD = 256;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /**
     * What came of it.
     *
     * @param perSecond messages acknowledged in a second
     * @param acknowledged messages acknowledged, warm-up included
     * @param p99 milliseconds in which 99 of 100 were
     */
    record Result(double perSecond, long acknowledged, double p99) {}

    /** What people call it. */
    String describe() {
        return String.format(
                Locale.ROOT,
                "%,d %s × window %d, %d B, QoS 1",
                clients,
                clients == 1 ? "client" : "clients",
                window,
                PAYLOAD);
    }

    /** Publishes below a topic; fails when anything was refused or is missing. */
    Result run(String url, String topic) {
        List<String> command = new ArrayList<>(List.of(System.getProperty("bench.holdfast"), "bench"));
        command.addAll(List.of("--url", url, "--topic", topic, "--clients", "" + clients, "--window", "" + window));
        command.addAll(List.of("--rate", "" + perSecond, "--seconds", "" + seconds));
        command.addAll(List.of("--warm-up", "" + warmUpSeconds, "--size", "" + PAYLOAD, "-o", "json"));
        Started.command(command);
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
            builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
            Process process = builder.start();
            process.getOutputStream().close();
            String out = new String(process.getInputStream().readAllBytes(), UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(command + " failed: " + out);
            }
            return result(JSON.readTree(out));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Result result(JsonNode run) {
        if (run.path("refused").size() > 0
                || run.path("troubles").size() > 0
                || run.path("unacknowledged").asLong() > 0) {
            throw new IllegalStateException("not all went well: " + run);
        }
        return new Result(
                run.path("messagesPerSecond").asDouble(),
                run.path("acknowledged").asLong(),
                run.path("latencyMillis").path("p99").asDouble());
    }
}
