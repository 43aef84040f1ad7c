package dev.holdfast.brokertest.bench;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * HiveMQ CE with file persistence, as it was released: its "durable writes" are a constant that says no, so that what it has
 * acknowledged is synced some time later.
 */
final class HiveMqServer implements AutoCloseable {

    private final int port = Server.freePort();
    private final Server server;

    HiveMqServer(Path directory) {
        try {
            for (String part : List.of("data", "extensions")) {
                Files.createDirectories(directory.resolve(part));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Server.configure(directory.resolve("conf").resolve("config.xml"), """
                <hivemq>
                  <listeners>
                    <tcp-listener><port>%d</port><bind-address>127.0.0.1</bind-address></tcp-listener>
                  </listeners>
                  <mqtt>
                    <queued-messages><max-queue-size>100000000</max-queue-size></queued-messages>
                    <receive-maximum><server-receive-maximum>65535</server-receive-maximum></receive-maximum>
                  </mqtt>
                  <persistence><mode>file</mode></persistence>
                  <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
                </hivemq>
                """.formatted(port));
        Path built = Path.of(System.getProperty("bench.hivemq", ""));
        server = Server.start(
                directory.resolve("hivemq.log"),
                Map.of(),
                List.of(
                        Jvm.java(),
                        "-Xmx1g",
                        "-cp",
                        built.resolve("classes") + File.pathSeparator + built.resolve("lib") + "/*",
                        "dev.holdfast.brokertest.hivemq.HiveMqMain",
                        directory.toAbsolutePath().toString()));
        server.awaitPort(port);
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
