package dev.holdfast.sink.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import dev.holdfast.sink.Link;
import dev.holdfast.sink.SinkConfigException;
import dev.holdfast.tap.Tap;
import dev.holdfast.tap.TapContext;
import dev.holdfast.tap.TapLink;
import dev.holdfast.tap.TapMessage;
import dev.holdfast.tap.TapSession;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a tap acknowledges, seen from the broker's end of the connection. */
class MqttTapTest {

    private static final int TIMEOUT_MILLIS = 10_000;

    private static final int MEBIBYTE = 1 << 20;
    private static final int LOST_LINKS = 32;

    /** CONNACK of a session that is there. */
    private static final String PRESENT = "2003010000";

    /** A PUBLISH of QoS 1 with topic a, packet id 1 and payload m. */
    private static final String PUBLISH = "3207000161000100" + "6d";

    /** The property's identifier. */
    private static final String RECEIVE_MAXIMUM = "21";

    private static final TapSession SUBSCRIBED = new TapSession(List.of("#"), false);

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

        private final BlockingQueue<TapMessage> messages = new LinkedBlockingQueue<>();

        private final AtomicInteger overruns = new AtomicInteger();

        /** The thread of the client that has ended. */
        private final BlockingQueue<Thread> ended = new LinkedBlockingQueue<>();

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
        public void overrun() {
            overruns.incrementAndGet();
        }

        @Override
        public void down(String why, Link.Hint hint) {
            ended.add(Thread.currentThread());
        }
    }

    private static Socket accept(ServerSocket broker) throws IOException {
        Socket socket = broker.accept();
        String unused = connect(socket);
        return socket;
    }

    /** Takes a short packet that begins so, and returns the rest of it. */
    private static byte[] expect(Socket socket, int type) throws IOException {
        assertThat(socket.getInputStream().read()).as("the packet's type").isEqualTo(type);
        return socket.getInputStream().readNBytes(socket.getInputStream().read());
    }

    /** Brings the link up, so that nothing is under way but messages. */
    private static Socket acceptAndGrant(ServerSocket broker) throws IOException {
        Socket socket = accept(broker);
        say(socket, PRESENT);
        byte[] subscribe = expect(socket, 0x82);
        say(socket, "9004" + HexFormat.of().formatHex(subscribe, 0, 2) + "0001");
        return socket;
    }

    private static void say(Socket socket, String hex) throws IOException {
        socket.getOutputStream().write(HexFormat.of().parseHex(hex));
    }

    /** Else such a broker would bring down each link. */
    @Test
    void shouldAllowABrokerEverythingThatDoesNotKeepToWhatItWasTold()
            throws IOException, SinkConfigException, InterruptedException {
        try (ServerSocket broker = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Tap tap = tap(broker.getLocalPort())) {
            Keeping keeping = new Keeping();
            tap.connect(keeping, SUBSCRIBED, 5);
            try (Socket socket = broker.accept()) {
                assertThat(connect(socket)).contains(RECEIVE_MAXIMUM + "0005");
                say(socket, PRESENT);
                for (int id = 1; id <= 6; id++) {
                    say(socket, "3207000161%04x006d".formatted(id));
                }
                assertThat(keeping.ended.poll(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS))
                        .isNotNull();
            }
            assertThat(keeping.overruns).hasValue(1);

            tap.connect(keeping, new TapSession(List.of("#"), true), 5);
            try (Socket socket = broker.accept()) {
                assertThat(connect(socket)).contains(RECEIVE_MAXIMUM + "fffe");
            }
        }
    }

    /** Takes CONNECT, in hexadecimal digits. */
    private static String connect(Socket socket) throws IOException {
        socket.setSoTimeout(TIMEOUT_MILLIS);
        return HexFormat.of().formatHex(expect(socket, 0x10));
    }

    /** Nobody takes what comes behind the end, so it stays with the broker. */
    @Test
    void shouldAcknowledgeNothingWhenItIsTakenDownWhileItConnects() throws IOException, SinkConfigException {
        try (ServerSocket broker = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Tap tap = tap(broker.getLocalPort())) {
            Keeping keeping = new Keeping();
            tap.connect(keeping, SUBSCRIBED, Integer.MAX_VALUE);
            try (Socket socket = accept(broker)) {
                tap.disconnect();
                say(socket, PRESENT + PUBLISH);

                String answer = HexFormat.of().formatHex(socket.getInputStream().readAllBytes());
                assertThat(answer).as("what the broker gets until the end").doesNotContain(PUBACK);
                assertThat(keeping.messages).isEmpty();
            }
        }
    }

    /** A commit may take longer than the link lives, and the client's threads end with it. */
    @Test
    void shouldDoNothingWhenWhatItTookIsAcknowledgedAfterTheEnd()
            throws IOException, SinkConfigException, InterruptedException {
        try (ServerSocket broker = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Tap tap = tap(broker.getLocalPort())) {
            Keeping keeping = new Keeping();
            tap.connect(keeping, SUBSCRIBED, Integer.MAX_VALUE);
            TapMessage message;
            try (Socket socket = acceptAndGrant(broker)) {
                say(socket, PUBLISH);
                message = keeping.messages.poll(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
                assertThat(message).isNotNull();
            }
            Thread client = keeping.ended.poll(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
            assertThat(client).isNotNull();
            client.join(TIMEOUT_MILLIS);
            assertThat(client.isAlive()).as("the client's thread").isFalse();

            assertThatCode(message.acknowledgement()::run).doesNotThrowAnyException();
        }
    }

    /** A link may be lost each minute for weeks, and the broker keeps the session for as long. */
    @Test
    void shouldKeepNothingInMemoryOfALinkThatIsLost() throws IOException, SinkConfigException, InterruptedException {
        String large = "32" + "8480" + "40" + "000161" + "0001" + "00" + "6d".repeat(MEBIBYTE - 2);
        try (ServerSocket broker = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Tap other = tap(broker.getLocalPort());
                Tap tap = tap(broker.getLocalPort())) {
            other.connect(new Keeping(), SUBSCRIBED, Integer.MAX_VALUE);
            try (Socket up = acceptAndGrant(broker)) { // so that the threads of the client stay
                long before = usedBytes();
                for (int i = 0; i < LOST_LINKS; i++) {
                    Keeping keeping = new Keeping();
                    tap.connect(keeping, SUBSCRIBED, Integer.MAX_VALUE);
                    try (Socket socket = acceptAndGrant(broker)) {
                        say(socket, large);
                        assertThat(keeping.messages.poll(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS))
                                .isNotNull();
                    }
                    assertThat(keeping.ended.poll(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS))
                            .isNotNull();
                }
                assertThat(up.isClosed()).isFalse();
                await().untilAsserted(() -> assertThat(usedBytes() - before)
                        .as("bytes more than before " + LOST_LINKS + " links with a mebibyte each were lost")
                        .isLessThan(LOST_LINKS / 4 * MEBIBYTE));
            }
        }
    }

    private static long usedBytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
