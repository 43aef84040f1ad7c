package dev.holdfast.brokertest.bench;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What this JVM has started, and with which configuration: printed as it happens, once, and kept with the figures. */
final class Started {

    /**
     * What a server was told.
     *
     * @param file where it was written
     * @param text what was written
     */
    record Configuration(String file, String text) {}

    private static final Set<String> COMMANDS = new LinkedHashSet<>();
    private static final Set<Configuration> CONFIGURATIONS = new LinkedHashSet<>();

    private Started() {}

    static void command(List<String> command) {
        command(Map.of(), command);
    }

    /** A command with what its environment has beyond this one's. */
    static synchronized void command(Map<String, String> environment, List<String> command) {
        String variables = environment.entrySet().stream()
                .filter(variable -> !variable.getValue().isEmpty())
                .map(variable -> variable.getKey() + "='" + variable.getValue() + "' ")
                .sorted()
                .collect(Collectors.joining());
        String line = variables + String.join(" ", command);
        if (COMMANDS.add(line)) {
            System.err.println("started: " + line);
        }
    }

    static synchronized void configuration(String file, String text) {
        if (CONFIGURATIONS.add(new Configuration(file, text))) {
            System.err.println(
                    "configuration " + file + ":\n" + text.strip().indent(2).stripTrailing());
        }
    }

    static synchronized Measured with(List<Figure> figures) {
        return new Measured(figures, List.copyOf(COMMANDS), List.copyOf(CONFIGURATIONS));
    }
}
