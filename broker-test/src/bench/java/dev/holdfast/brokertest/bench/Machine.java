package dev.holdfast.brokertest.bench;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the figures were measured on. */
final class Machine {

    /** Those that take part, or that there is a comparison with. */
    private static final String LIBRARIES =
            "xodus-environment|hivemq-mqtt-client|org.eclipse.paho.client.mqttv3|h2-mvstore|sqlite-jdbc|rocksdbjni";

    private Machine() {}

    static String describe(Path directory) {
        Runtime runtime = Runtime.getRuntime();
        return "%d cores (%s), %s %s, %s on %s"
                .formatted(
                        runtime.availableProcessors(),
                        line("/proc/cpuinfo", "model name"),
                        System.getProperty("os.name"),
                        System.getProperty("os.version"),
                        System.getProperty("java.vm.name") + " " + Runtime.version(),
                        fileSystem(directory));
    }

    private static String fileSystem(Path directory) {
        try {
            return Files.getFileStore(directory).type();
        } catch (IOException e) {
            return "an unknown file system";
        }
    }

    private static String line(String file, String key) {
        try {
            List<String> lines = Files.readAllLines(Path.of(file));
            return lines.stream()
                    .filter(line -> line.startsWith(key))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }

    /** What was measured, and beside what. */
    static List<String> versions() {
        List<String> versions = new ArrayList<>();
        for (List<String> command : List.of(
                List.of(System.getProperty("bench.holdfast"), "--version"),
                List.of(MosquittoServer.executable(), "-h"))) {
            versions.add(firstLine(command));
        }
        Path hiveMq = Path.of(System.getProperty("bench.hivemq", ""), "lib");
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(hiveMq, "hivemq-community-edition-*.jar")) {
            jars.forEach(jar -> versions.add(name(jar)));
        } catch (IOException e) {
            versions.add("HiveMQ CE is not there");
        }
        for (String jar : System.getProperty("java.class.path").split(File.pathSeparator, 0)) {
            if (name(Path.of(jar)).matches("(" + LIBRARIES + ")-\\d.*")) {
                versions.add(name(Path.of(jar)));
            }
        }
        return versions;
    }

    private static String name(Path jar) {
        return jar.getFileName().toString().replaceFirst("\\.jar$", "");
    }

    private static String firstLine(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            try (BufferedReader lines = process.inputReader()) {
                return String.valueOf(lines.readLine());
            }
        } catch (IOException e) {
            return command.get(0) + " is not there";
        }
    }
}
