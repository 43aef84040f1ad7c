package dev.holdfast.brokertest.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** JVMs for pieces of the benchmark, with the flags that the gateway runs with. They end when this one does. */
final class Jvm {

    private static final List<String> FLAGS = List.of(
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-Xms16m",
            "-Xmx128m",
            "-Xss512k",
            "-XX:+ExitOnOutOfMemoryError");

    private Jvm() {}

    /** Starts one that runs {@link Bench} with the arguments; what it prints goes where this one's does. */
    static Process start(Piece.Syncs syncs, String javaOptions, List<String> arguments) {
        ProcessBuilder builder = new ProcessBuilder(command(javaOptions, arguments));
        builder.redirectErrorStream(false).inheritIO();
        if (syncs == Piece.Syncs.SLOW) {
            builder.environment().put("LD_PRELOAD", slowSync().toString());
        }
        try {
            Process process = builder.start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> command(String javaOptions, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(java());
        command.addAll(FLAGS);
        if (!javaOptions.isBlank()) {
            command.addAll(List.of(javaOptions.strip().split(" +")));
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Bench.class.getName()));
        command.addAll(arguments);
        return command;
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static Path slowSync() {
        String library = System.getProperty("bench.slow-sync");
        if (library == null || !Files.exists(Path.of(library))) {
            throw new IllegalStateException("there is no library that makes syncs slow; bin/bench builds it with gcc");
        }
        return Path.of(library).toAbsolutePath();
    }
}
