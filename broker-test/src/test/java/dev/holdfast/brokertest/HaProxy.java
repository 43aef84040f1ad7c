package dev.holdfast.brokertest;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** HAProxy before a broker: wants to be told by PROXY protocol where a client is, and logs it. */
final class HaProxy implements AutoCloseable {

    private final int port = Ports.free();
    private final ManagedProcess process;

    /**
     * Starts it.
     *
     * @param options what stands behind accept-proxy, such as a certificate
     */
    HaProxy(Path directory, int target, String options) {
        Path config = directory.resolve("haproxy.cfg");
        try {
            Files.createDirectories(directory);
            Files.writeString(config, """
                    global
                      log stdout format raw local0
                    defaults
                      mode tcp
                      log global
                      log-format "from %%ci:%%cp"
                      timeout connect 5s
                      timeout client 60s
                      timeout server 60s
                    listen broker
                      bind 127.0.0.1:%d accept-proxy %s
                      server broker 127.0.0.1:%d
                    """.formatted(port, options, target));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        process = ManagedProcess.start(directory.resolve("haproxy.log"), executable(), "-db", "-f", config.toString());
        await("HAProxy listens").until(() -> Ports.isOpen(port));
    }

    /** Debian puts it where only root looks. */
    private static String executable() {
        Path sbin = Path.of("/usr/sbin/haproxy");
        return Files.isExecutable(sbin) ? sbin.toString() : "haproxy";
    }

    int port() {
        return port;
    }

    /** What it has logged: of each connection that is over, where the client was. */
    String log() {
        return process.log();
    }

    @Override
    public void close() {
        process.close();
    }
}
