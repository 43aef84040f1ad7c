package dev.holdfast.gateway.cli;

import dev.holdfast.gateway.demo.Demo;
import dev.holdfast.gateway.demo.DemoOptions;
import dev.holdfast.gateway.time.Clock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code holdfast demo}: shows that messages survive an outage and a crash; needs nothing but this machine. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Watch messages survive an outage and a crash: sensors publish through a gateway, the upstream is cut off, the"
                    + " gateway is killed with kill -9, both come back.",
            "Ends with exit code 0 only if no acknowledged message was lost and the order held. Needs no broker."
        })
final class DemoCommand implements Callable<Integer> {

    private static final int MIN_SECONDS = 10;
    private static final int MAX_PORT = 65_535;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "How long the sensors publish; default: ${DEFAULT-VALUE}.")
    private int seconds = 30;

    @Option(
            names = "--port",
            paramLabel = "P",
            description = "Port of the gateway, to publish to it yourself; default: any that is free.")
    private int port;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (seconds < MIN_SECONDS) {
            throw new ParameterException(
                    spec.commandLine(), "--seconds " + seconds + ": it takes at least " + MIN_SECONDS);
        }
        if (port < 0 || port > MAX_PORT) {
            throw new ParameterException(spec.commandLine(), "--port " + port + ": allowed are 0 to " + MAX_PORT);
        }
        Path directory = Files.createTempDirectory("holdfast-demo");
        try {
            boolean ok = Demo.run(
                    new DemoOptions(seconds, port, directory, holdfast()),
                    System.out,
                    Clock.system(),
                    () -> delete(directory));
            return ok ? ExitCode.OK : ExitCode.FAILED;
        } finally {
            delete(directory);
        }
    }

    /** What starts this program again, as the gateway: with the flags that the launcher has given to this JVM. */
    private static List<String> holdfast() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(
                List.of("-Dholdfast.log=text", "-cp", System.getProperty("java.class.path"), Main.class.getName()));
        return command;
    }

    /** When the demo fails, both the command and its shutdown hook come here. */
    private static void delete(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("can't delete " + directory, e);
        }
    }
}
