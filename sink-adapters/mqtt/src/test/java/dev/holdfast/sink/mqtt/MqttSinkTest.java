package dev.holdfast.sink.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.sink.Link;
import dev.holdfast.sink.Sink;
import dev.holdfast.sink.SinkConfigException;
import dev.holdfast.sink.SinkContext;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MqttSinkTest {

    private static final byte[] WELCOME = {0x20, 3, 0, 0, 0};

    private final BlockingQueue<String> reports = new LinkedBlockingQueue<>();

    private final Link observer = new Link() {
        @Override
        public void up(Limits limits) {
            reports.add("up");
        }

        @Override
        public void down(String why, Hint hint) {
            reports.add(hint + " " + why);
        }
    };

    @SuppressWarnings("NullAway.Init") // before each test
    private ServerSocket broker;

    @BeforeEach
    void listen() throws IOException {
        broker = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        broker.setSoTimeout(10_000);
    }

    @AfterEach
    void close() throws IOException {
        broker.close();
    }

    private static int portOfNobody() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Sink open(Values values) throws SinkConfigException {
        return new MqttSinkFactory().open(values, new SinkContext("box", "cloud"));
    }

    private String report() throws InterruptedException {
        String report = reports.poll(10, TimeUnit.SECONDS);
        return report == null ? "nothing" : report;
    }

    private void acceptAndClose(byte[] answer) throws IOException, InterruptedException {
        try (Socket client = broker.accept()) {
            client.getInputStream().read();
            client.getOutputStream().write(answer);
            if (answer == WELCOME) {
                assertThat(report()).isEqualTo("up");
            }
            client.shutdownOutput();
            client.getInputStream().transferTo(OutputStream.nullOutputStream());
        }
    }

    @Test
    void shouldTryTheNextAddressAfterAFailureAndTheFirstAfterASuccess()
            throws SinkConfigException, IOException, InterruptedException {
        String nobody = "mqtt://127.0.0.1:" + portOfNobody();
        String somebody = "mqtt://127.0.0.1:" + broker.getLocalPort();
        String alsoNobody = "mqtt://127.0.0.1:" + portOfNobody();
        try (Sink sink = open(new Values().with("url", nobody, somebody, alsoNobody))) {
            sink.connect(observer);
            assertThat(report()).startsWith("LOST " + nobody + ": ");
            sink.connect(observer);
            acceptAndClose(new byte[0]);
            assertThat(report()).startsWith("LOST " + somebody + ": ");
            sink.connect(observer);
            assertThat(report()).startsWith("LOST " + alsoNobody + ": ");
            sink.connect(observer);
            assertThat(report()).startsWith("LOST " + nobody + ": ");
            sink.connect(observer);
            acceptAndClose(WELCOME);
            assertThat(report()).startsWith("LOST " + somebody + ": ");
            sink.connect(observer);
            assertThat(report()).startsWith("LOST " + nobody + ": ");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            1 | REFUSED | unsupported protocol version (1)
            2 | REFUSED | identifier rejected (2)
            3 | LOST    | server unavailable (3)
            4 | REFUSED | bad user name or password (4)
            5 | REFUSED | not authorized (5)
            """)
    void shouldTellWhatABrokerOfTheOldVersionRefuses(byte code, String hint, String why)
            throws SinkConfigException, IOException, InterruptedException {
        String url = "mqtt://127.0.0.1:" + broker.getLocalPort();
        try (Sink sink = open(new Values().with("url", url).with("mqtt-version", "3.1.1"))) {
            sink.connect(observer);
            acceptAndClose(new byte[] {0x20, 2, 0, code});

            assertThat(report()).isEqualTo(hint + " " + url + ": the broker refuses the connection: " + why);
        }
    }

    @Test
    void shouldNameAllAddressesButThoseThatAProxyLooksUp() throws SinkConfigException {
        Values values = new Values().with("url", "mqtt://a", "wss://[::1]/mqtt");

        assertThat(open(values).target()).isEqualTo("mqtt://a:1883, wss://[::1]:443/mqtt");
        assertThat(open(values).addresses()).containsExactly("mqtt://a:1883", "wss://[::1]:443/mqtt");
        assertThat(open(values.with("proxy", "http://[::1]:3128")).addresses()).isEmpty();
    }
}
