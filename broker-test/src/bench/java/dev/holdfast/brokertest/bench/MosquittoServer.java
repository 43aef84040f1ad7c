package dev.holdfast.brokertest.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Debian's Mosquitto at its best: no limit is in the way, nothing is delayed or logged, and nothing is persisted unless it is
 * told to. It keeps its port.
 */
final class MosquittoServer implements AutoCloseable {

    /** It publishes its counts every other second. */
    private static final String COUNT_WAIT_SECONDS = "10";

    private final Path directory;
    private final int port = Server.freePort();
    private Server server;

    /** Starts one with more settings than that. */
    MosquittoServer(Path directory, String... more) {
        this.directory = directory;
        Server.configure(config(), """
                listener %d 127.0.0.1
                allow_anonymous true
                max_queued_messages 0
                set_tcp_nodelay true
                log_type none
                sys_interval 1
                user root
                """.formatted(port) + String.join("\n", more) + "\n");
        server = launch();
    }

    /** Waits until it has read so many PUBLISH packets, ever; fails when it does not, or has read more. */
    void awaitReceived(long messages) {
        long received = awaitCount("publish/messages/received", messages);
        if (received != messages) {
            throw new IllegalStateException(messages + " messages were acknowledged and " + received + " have come");
        }
    }

    /** Waits until it keeps so many messages; fails when it does not. */
    void awaitKept(long messages) {
        long unused = awaitCount("store/messages/count", messages);
    }

    /** Waits until a count of its own is as high as that, and gives it. */
    private long awaitCount(String what, long atLeast) {
        List<String> command =
                List.of("mosquitto_sub", "-p", "" + port, "-t", "$SYS/broker/" + what, "-W", COUNT_WAIT_SECONDS);
        Started.command(command);
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (BufferedReader counts = process.inputReader()) {
                long count = -1;
                while (count < atLeast) {
                    String line = counts.readLine();
                    if (line == null) {
                        throw new IllegalStateException(what + " is to be " + atLeast + " and is " + count);
                    }
                    count = Long.parseLong(line);
                }
                return count;
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path config() {
        return directory.resolve("mosquitto.conf");
    }

    private Server launch() {
        Server launched = Server.start(
                directory.resolve("mosquitto.log"), Map.of(), List.of(executable(), "-c", config().toString()));
        launched.awaitPort(port);
        return launched;
    }

    /** Debian puts it where only root looks. */
    static String executable() {
        Path sbin = Path.of("/usr/sbin/mosquitto");
        return Files.isExecutable(sbin) ? sbin.toString() : "mosquitto";
    }

    /** Starts it again after it was closed. */
    void restart() {
        server = launch();
    }

    /** What it has used. */
    Usage usage() {
        return Usage.of(server.pid());
    }

    int port() {
        return port;
    }

    String url() {
        return "mqtt://127.0.0.1:" + port;
    }

    @Override
    public void close() {
        server.close();
    }
}
