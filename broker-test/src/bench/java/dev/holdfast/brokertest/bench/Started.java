package dev.holdfast.brokertest.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What this JVM has started, and with which configuration: printed as it happens, once, and kept with the figures. */
final class Started {

    private static final Set<String> COMMANDS = new LinkedHashSet<>();
    private static final Map<String, String> CONFIGURATIONS = new LinkedHashMap<>();

    private Started() {}

    static synchronized void command(List<String> command) {
        String line = String.join(" ", command);
        if (COMMANDS.add(line)) {
            System.err.println("started: " + line);
        }
    }

    static synchronized void configuration(String file, String text) {
        if (!text.equals(CONFIGURATIONS.put(file, text))) {
            System.err.println(
                    "configuration " + file + ":\n" + text.strip().indent(2).stripTrailing());
        }
    }

    static synchronized Measured with(List<Figure> figures) {
        return new Measured(figures, new ArrayList<>(COMMANDS), new LinkedHashMap<>(CONFIGURATIONS));
    }
}
