package dev.holdfast.brokertest.bench;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * HiveMQ CE with file persistence, as it was released: its "durable writes" are a constant that says no, so that what it has
 * acknowledged is synced some time later.
 */
final class HiveMqServer implements AutoCloseable {

    private final int port = Server.freePort();
    private final int metricsPort = Server.freePort();
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
                        "-Dcom.sun.management.jmxremote.port=" + metricsPort,
                        "-Dcom.sun.management.jmxremote.host=127.0.0.1",
                        "-Djava.rmi.server.hostname=127.0.0.1",
                        "-Dcom.sun.management.jmxremote.authenticate=false",
                        "-Dcom.sun.management.jmxremote.ssl=false",
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

    /**
     * Waits until it has read so many PUBLISH packets, ever; fails when it does not, has read more, has dropped a message or
     * has nobody to keep them for.
     */
    void awaitReceived(long messages) {
        String address = "service:jmx:rmi:///jndi/rmi://127.0.0.1:" + metricsPort + "/jmxrmi";
        try (JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(address))) {
            MBeanServerConnection metrics = connector.getMBeanServerConnection();
            server.await(messages + " messages have come", () -> received(metrics) >= messages);
            check("messages that have come", received(metrics), messages);
            check("messages dropped", metric(metrics, "messages.dropped.count"), 0);
            check("subscriptions", metric(metrics, "subscriptions.overall.current"), 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long received(MBeanServerConnection metrics) {
        return metric(metrics, "messages.incoming.publish.count");
    }

    private static long metric(MBeanServerConnection metrics, String name) {
        try {
            return (Long) metrics.getAttribute(new ObjectName("metrics:name=com.hivemq." + name), "Count");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (JMException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void check(String what, long is, long expected) {
        if (is != expected) {
            throw new IllegalStateException(what + " are to be " + expected + " and are " + is);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
