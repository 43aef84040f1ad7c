package dev.holdfast.sink.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.sink.Batch;
import dev.holdfast.sink.Identity;
import dev.holdfast.sink.Link;
import dev.holdfast.sink.Message;
import dev.holdfast.sink.MessageProperties;
import dev.holdfast.sink.Outcome;
import dev.holdfast.sink.Sink;
import dev.holdfast.sink.SinkConfigException;
import dev.holdfast.sink.SinkContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MqttSinkTest {

    private static final byte[] WELCOME = {0x20, 3, 0, 0, 0};

    private final BlockingQueue<String> reports = new LinkedBlockingQueue<>();

    private final BlockingQueue<String> outcomes = new LinkedBlockingQueue<>();

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

    @ParameterizedTest
    @ValueSource(strings = {"3.1.1", "5"})
    void shouldSettleAMessageOfQosTwoByItsPubcompAndNotByItsPubrec(String version)
            throws SinkConfigException, IOException, InterruptedException {
        Values values = new Values().with("url", "mqtt://127.0.0.1:" + broker.getLocalPort());
        try (Sink sink = open(values.with("mqtt-version", version))) {
            sink.connect(observer);
            try (Socket client = broker.accept()) {
                greet(client, version);
                deliver(sink, 3);
                int[] ids = {idOfPublish(packet(client)), idOfPublish(packet(client)), idOfPublish(packet(client))};
                for (int id : ids) {
                    write(client, 0x50, 2, 0, id);
                }
                for (int id : ids) {
                    assertThat(packet(client)).startsWith(0x62, id);
                }
                assertThat(outcomes).as("settled by PUBRECs").isEmpty();

                write(client, 0x70, 2, 0, ids[1]);
                assertThat(outcome()).isEqualTo("1 " + Outcome.ACCEPTED);
                write(client, 0x70, 2, 0, ids[0]);
                assertThat(outcome()).isEqualTo("0 " + Outcome.ACCEPTED);
            }
            assertThat(outcome()).startsWith("2 Retry");
        }
    }

    @Test
    void shouldSendAMessageAgainThatTheBrokerHadLostBeforeItsPubcomp()
            throws SinkConfigException, IOException, InterruptedException {
        try (Sink sink = open(new Values().with("url", "mqtt://127.0.0.1:" + broker.getLocalPort()))) {
            sink.connect(observer);
            try (Socket client = broker.accept()) {
                greet(client, "5");
                deliver(sink, 1);
                int id = idOfPublish(packet(client));
                write(client, 0x50, 2, 0, id);
                assertThat(packet(client)).startsWith(0x62, id);
                write(client, 0x70, 3, 0, id, 0x92);

                assertThat(outcome()).startsWith("0 Retry").contains("lost the message");
            }
        }
    }

    private void greet(Socket client, String version) throws IOException, InterruptedException {
        packet(client);
        client.getOutputStream().write(version.equals("5") ? WELCOME : new byte[] {0x20, 2, 0, 0});
        assertThat(report()).isEqualTo("up");
    }

    /** So many of QoS 2. */
    private void deliver(Sink sink, int messages) {
        List<Message> batch = new ArrayList<>();
        for (int i = 0; i < messages; i++) {
            batch.add(new Message(
                    new Identity("box", "lane", 1, i + 1, i),
                    "t",
                    ByteBuffer.allocate(1),
                    2,
                    false,
                    MessageProperties.NONE,
                    "device",
                    Instant.EPOCH,
                    true));
        }
        sink.deliver(new Batch(batch), (index, outcome) -> outcomes.add(index + " " + outcome));
    }

    private String outcome() throws InterruptedException {
        String outcome = outcomes.poll(10, TimeUnit.SECONDS);
        return outcome == null ? "nothing" : outcome;
    }

    /** The first byte of the next packet, and what stands behind its length, which is short, and the first byte of an id. */
    private static int[] packet(Socket client) throws IOException {
        client.setSoTimeout(10_000);
        InputStream in = client.getInputStream();
        int header = in.read();
        int length = in.read();
        byte[] body = in.readNBytes((length & 0x7f) | (length < 0x80 ? 0 : in.read() << 7));
        int[] packet = new int[body.length];
        packet[0] = header;
        for (int i = 1; i < body.length; i++) {
            packet[i] = body[i];
        }
        return packet;
    }

    /** Behind a topic of one letter. */
    private static int idOfPublish(int[] packet) {
        assertThat(packet[0] >> 4).isEqualTo(3);
        return packet[4];
    }

    private static void write(Socket client, int... bytes) throws IOException {
        byte[] packet = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            packet[i] = (byte) bytes[i];
        }
        client.getOutputStream().write(packet);
    }

    @Test
    void shouldNameAllAddressesButThoseThatAProxyLooksUp() throws SinkConfigException {
        Values values = new Values().with("url", "mqtt://a", "wss://[::1]/mqtt");

        assertThat(open(values).target()).isEqualTo("mqtt://a:1883, wss://[::1]:443/mqtt");
        assertThat(open(values).addresses()).containsExactly("mqtt://a:1883", "wss://[::1]:443/mqtt");
        assertThat(open(values.with("proxy", "http://[::1]:3128")).addresses()).isEmpty();
    }
}
