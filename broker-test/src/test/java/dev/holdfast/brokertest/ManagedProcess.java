package dev.holdfast.brokertest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * A process that a test has started, with its output in a file. Closing it kills it; one that a test could not close, as it
 * failed while it set things up, goes with the tests.
 */
final class ManagedProcess implements AutoCloseable {

    private static final long STOP_SECONDS = 20;
    private static final Set<ManagedProcess> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(ManagedProcess::killAll), "kill-all"));
    }

    private final Process process;
    private final Path log;

    private ManagedProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    static ManagedProcess start(Path log, Map<String, String> environment, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        try {
            ManagedProcess started = new ManagedProcess(builder.start(), log);
            RUNNING.add(started);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException("can't start " + command, e);
        }
    }

    static ManagedProcess start(Path log, String... command) {
        return start(log, Map.of(), List.of(command));
    }

    /** Runs a command to its end and gives what it printed; fails when its exit code is not 0. */
    static String run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output =
                    new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            int exitCode = process.waitFor();
            if (exitCode != 0) {
                throw new IllegalStateException(List.of(command) + " ended with " + exitCode + ": " + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** kill -9, and waits until it is gone. */
    void kill() {
        killAll();
        awaitExit();
    }

    private void killAll() {
        process.descendants().forEach(ProcessHandle::destroyForcibly); // of strace, which would leave it running
        process.destroyForcibly();
    }

    /** SIGTERM, and waits for its exit code. */
    int stop() {
        process.destroy();
        return awaitExit();
    }

    /** Sends a signal by name, such as STOP. */
    void signal(String name) {
        run("kill", "-" + name, Long.toString(pid()));
    }

    int awaitExit() {
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                killAll();
                throw new IllegalStateException("a process did not end in " + STOP_SECONDS + " s: " + log());
            }
            RUNNING.remove(this);
            return process.exitValue();
        } catch (InterruptedException e) {
            killAll();
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
