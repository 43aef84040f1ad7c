package dev.holdfast.sink.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.sink.Link;
import dev.holdfast.sink.SinkConfigException;
import dev.holdfast.tap.Tap;
import dev.holdfast.tap.TapContext;
import dev.holdfast.tap.TapLink;
import dev.holdfast.tap.TapMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** What a tap acknowledges, seen from the broker's end of the connection. */
class MqttTapTest {

    private static final int TIMEOUT_MILLIS = 10_000;

    /** CONNACK of a session that is there. */
    private static final String PRESENT = "2003010000";

    /** A PUBLISH of QoS 1 with topic a, packet id 1 and payload m. */
    private static final String PUBLISH = "3207000161000100" + "6d";

    private static final String PUBACK = "40020001";

    private static Tap tap(int port) throws SinkConfigException {
        MqttTapFactory factory = new MqttTapFactory();
        Values values = new Values(factory.options())
                .with("broker", "mqtt://127.0.0.1:" + port)
                .with("session-expiry", "1h");
        return factory.open(values, new TapContext("box", "plant", List.of("#")));
    }

    /** Takes what comes and acknowledges none of it. */
    private static final class Keeping implements TapLink {

        private final Queue<TapMessage> messages = new ConcurrentLinkedQueue<>();

        @Override
        public void session(boolean present) {
            // it is what the test says
        }

        @Override
        public void subscribed(List<Granted> filters) {
            // nobody answers the subscription
        }

        @Override
        public void received(TapMessage message) {
            messages.add(message);
        }

        @Override
        public void brokerDropped(long messages) {
            // nobody asked
        }

        @Override
        public void down(String why, Link.Hint hint) {
            // the test ends it
        }
    }

    private static Socket accept(ServerSocket broker) throws IOException {
        Socket socket = broker.accept();
        socket.setSoTimeout(TIMEOUT_MILLIS);
        assertThat(socket.getInputStream().read()).as("CONNECT").isEqualTo(0x10);
        byte[] rest = new byte[socket.getInputStream().read()];
        assertThat(socket.getInputStream().readNBytes(rest, 0, rest.length)).isEqualTo(rest.length);
        return socket;
    }

    private static void say(Socket socket, String hex) throws IOException {
        socket.getOutputStream().write(HexFormat.of().parseHex(hex));
    }

    /** Nobody takes what comes behind the end, so it stays with the broker. */
    @Test
    void shouldAcknowledgeNothingWhenItIsTakenDownWhileItConnects() throws IOException, SinkConfigException {
        try (ServerSocket broker = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Tap tap = tap(broker.getLocalPort())) {
            Keeping keeping = new Keeping();
            tap.connect(keeping, List.of("#"));
            try (Socket socket = accept(broker)) {
                tap.disconnect();
                say(socket, PRESENT + PUBLISH);

                String answer = HexFormat.of().formatHex(socket.getInputStream().readAllBytes());
                assertThat(answer).as("what the broker gets until the end").doesNotContain(PUBACK);
                assertThat(keeping.messages).isEmpty();
            }
        }
    }
}
