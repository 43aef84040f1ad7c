package dev.holdfast.gateway.cli;

import ch.qos.logback.classic.LoggerContext;
import dev.holdfast.gateway.Gateway;
import dev.holdfast.gateway.admin.TokenFile;
import dev.holdfast.gateway.config.Adapters;
import dev.holdfast.gateway.config.GatewayConfig;
import dev.holdfast.gateway.journal.LaneState;
import dev.holdfast.gateway.load.Fleet;
import dev.holdfast.gateway.load.FleetOptions;
import dev.holdfast.gateway.load.Ledger;
import dev.holdfast.gateway.load.Stamp;
import dev.holdfast.gateway.time.Clock;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Does once what Holdfast does all the time, in a directory and on ports of its own: the JVM then archives the classes that
 * it took ({@code holdfast archive-classes}). Ends in seconds.
 */
public final class Training {

    private static final int MESSAGES = 1_000;
    private static final int WINDOW = 64;
    private static final long POLL_MILLIS = 10;
    private static final int POLLS = 3_000;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private Training() {}

    /** Takes no arguments. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Main.run("--version");
        for (String form : List.of("text", "json")) {
            System.setProperty(LogSetup.PROPERTY, form);
            log();
        }
        Path directory = Files.createTempDirectory("holdfast-training");
        try {
            run(directory);
        } finally {
            delete(directory);
        }
        System.exit(ExitCode.OK);
    }

    private static void log() {
        LoggerContext context = new LoggerContext();
        new LogSetup().configure(context);
        context.getLogger(Training.class).info("a line as={}", System.getProperty(LogSetup.PROPERTY));
    }

    private static void run(Path directory) throws IOException, InterruptedException {
        Preload.start();
        ConfigOption upstream = configure(directory, "upstream", "[]");
        try (Gateway cloud = start(upstream)) {
            String sink = "{type: mqtt, url: \"mqtt://127.0.0.1:%d\"}"
                    .formatted(cloud.mqttAddress().getPort());
            ConfigOption config = configure(directory, "edge", "[{name: cloud, topics: [\"#\"], sink: " + sink + "}]");
            try (Gateway edge = start(config)) {
                Banner.print(Shortcut.writer(System.out), edge, config.read(Adapters.load()), config);
                publish(edge.mqttAddress());
                awaitStored(cloud);
                StatusQuery query = new StatusQuery(
                        URI.create("http://127.0.0.1:" + edge.adminAddress().getPort()),
                        TokenFile.of(config.adminPlace().store()));
                query.quietly();
                query.print(Shortcut.writer(System.out));
            }
        }
        Main.run("--help");
    }

    private static ConfigOption configure(Path directory, String name, String routes) throws IOException {
        Path file = directory.resolve(name + ".yaml");
        Files.writeString(file, """
                gateway: {id: %s}
                store: {path: "%s", quota: 128MiB}
                listen: {mqtt: {bind: "127.0.0.1:0"}}
                lanes: [{name: alarms, topics: ["+/alarm/#"], limit: {age: 30d, count: 1000, size: 1MiB}, history: {age: 1d}}]
                routes: %s
                admin: {bind: "127.0.0.1:0"}
                """.formatted(name, directory.resolve(name), routes));
        return new ConfigOption(file, Map.of());
    }

    private static Gateway start(ConfigOption configuration) {
        Adapters adapters = Adapters.load();
        GatewayConfig config = configuration.read(adapters);
        return Gateway.start(config, adapters, Clock.system(), Foreground::die);
    }

    private static void publish(InetSocketAddress address) throws InterruptedException {
        FleetOptions options =
                new FleetOptions(address, 1, true, WINDOW, MESSAGES, 0, Stamp.BYTES, 1, "training/", "training-");
        try (Fleet fleet = new Fleet(options, new Ledger(1))) {
            fleet.start();
            fleet.awaitDone(TIMEOUT);
        }
    }

    private static void awaitStored(Gateway gateway) throws InterruptedException {
        for (int i = 0; i < POLLS && stored(gateway) < MESSAGES; i++) {
            Thread.sleep(POLL_MILLIS);
        }
    }

    private static long stored(Gateway gateway) {
        return gateway.lanes().stream().mapToLong(LaneState::messages).sum();
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
