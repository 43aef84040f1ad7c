package dev.holdfast.gateway.cli;

import java.util.ServiceConfigurationError;

/** Where the process begins. */
public final class Main {

    static { // before anybody has a logger; of a provider that is named SLF4J needs not search all jars
        if (System.getProperty("slf4j.provider") == null) {
            System.setProperty("slf4j.provider", "dev.holdfast.gateway.cli.LogProvider");
            System.setProperty("slf4j.internal.verbosity", "WARN"); // else it says so
        }
    }

    private Main() {}

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    static int run(String... args) {
        try {
            Shortcut shortcut = Shortcut.of(args);
            return shortcut != null ? shortcut.run() : RootCommand.run(args);
        } catch (LinkageError | ServiceConfigurationError e) { // a jar is missing, or is not what it should be
            return Failures.report(e, Shortcut.writer(System.err));
        }
    }
}
