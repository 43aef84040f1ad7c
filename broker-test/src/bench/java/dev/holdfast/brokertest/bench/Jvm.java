package dev.holdfast.brokertest.bench;

import java.io.IOException;
import java.io.InputStream;
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
            "-XX:NewRatio=1",
            "-XX:SurvivorRatio=3",
            "-XX:TargetSurvivorRatio=90",
            "-XX:MinHeapFreeRatio=60",
            "-XX:MaxHeapFreeRatio=85",
            "-Xss512k",
            "-XX:+ExitOnOutOfMemoryError");

    private static final int EXIT_FAILED = 70;

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

    /** Starts one whose output is read by the caller; its errors go where this one's do. */
    static Process start(List<String> command) {
        Started.command(command);
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The least that a JVM can be started for. */
    static List<String> hello() {
        String classes = System.getProperty("java.class.path").split(":", 2)[0];
        return List.of(
                java(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-cp",
                classes,
                Hello.class.getName());
    }

    /** Seconds from the start of a command to its end. */
    static double seconds(List<String> command) {
        long start = System.nanoTime();
        Process process = start(command);
        try (InputStream output = process.getInputStream()) {
            byte[] unused = output.readAllBytes();
            if (process.waitFor() != 0) {
                throw new IllegalStateException(command + " failed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return (System.nanoTime() - start) / 1e9;
    }

    /** Has any thread that fails end this JVM: figures that it took no part in would be wrong. */
    static void endOnFailure() {
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            failure.printStackTrace();
            Runtime.getRuntime().halt(EXIT_FAILED);
        });
    }

    static List<String> command(String javaOptions, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(java());
        command.addAll(FLAGS);
        if (!javaOptions.isBlank()) {
            command.addAll(List.of(javaOptions.strip().split(" +")));
        }
        for (String property : List.of("bench.holdfast", "bench.hivemq", "bench.slow-sync")) {
            command.add("-D" + property + "=" + System.getProperty(property, ""));
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
