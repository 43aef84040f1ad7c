package dev.holdfast.gateway.ingest.mqtt;

import dev.holdfast.gateway.journal.ManualClock;
import dev.holdfast.gateway.journal.Topic;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/**
 * The connections of one loop of a front door without sockets and threads: the test decides how bytes are cut into
 * reads and what time it is.
 */
final class EmbeddedDoor {

    final ManualIntake intake;
    final ManualClock clock = new ManualClock();
    final FrontDoorStats stats = new FrontDoorStats();
    final Sessions sessions;

    /** Its event loop is that of all connections; theirs would drop their timers when they close. */
    private final EmbeddedChannel clockwork = new EmbeddedChannel();

    private final Loop loop;
    private final FrontDoorOptions options;
    private final List<Client> clients = new ArrayList<>();

    EmbeddedDoor(ManualIntake intake, FrontDoorOptions options) {
        this.intake = intake;
        this.options = options;
        Limits limits = options.limits();
        this.loop = new Loop(
                clockwork.eventLoop(),
                intake,
                new ReadMemory(limits.connections().partialPacketBytes()),
                new Gathering(),
                limits.messages());
        this.clockwork.freezeTime();
        this.sessions = new Sessions(intake, topic -> 0, limits.sessions().max());
    }

    /** Topics below {@code other/} belong to lane 1, all others to lane 0. */
    private static int laneOf(Topic topic) {
        return topic.name().startsWith("other/") ? 1 : 0;
    }

    Client open(MqttVersion version) {
        Client client = new Client(version);
        clients.add(client);
        return client;
    }

    /** A client that has sent its CONNECT. */
    Client login(Login login) {
        return open(login.version()).send(login.bytes());
    }

    /** Lets time go by, with all that is due in it. */
    void advance(Duration time) {
        clock.advance(time);
        intake.advance(time);
        clockwork.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        settle();
    }

    /** Memory that packets take of which only a part has come in. */
    long heldMemory() {
        return loop.memory().used();
    }

    /** Runs what the connections have asked each other to do. */
    void settle() {
        for (int round = 0; round < 4; round++) {
            clockwork.runScheduledPendingTasks();
            clockwork.runPendingTasks();
            for (Client client : clients) {
                client.channel.runPendingTasks();
            }
        }
    }

    /** A client, seen from the server's end of its connection. */
    final class Client {

        final EmbeddedChannel channel = new EmbeddedChannel();
        final Connection connection;
        private final MqttVersion version;

        private Client(MqttVersion version) {
            this.version = version;
            channel.config().setAllocator(NettyCodec.ALLOCATOR);
            Protocol.Context context = new Protocol.Context(
                    options,
                    Doorkeeper.OPEN,
                    intake,
                    sessions,
                    EmbeddedDoor::laneOf,
                    stats,
                    new Arrivals(options.limits().connections()),
                    new QuietLog(LoggerFactory.getLogger(EmbeddedDoor.class), clock),
                    Runnable::run);
            connection = new Connection(loop, options.listeners().get(0), clock, context);
            channel.pipeline().addLast(connection);
            channel.pipeline().fireChannelActive();
        }

        /** Sends bytes that arrive in one read. */
        Client send(byte[] bytes) {
            sendInOneRead(bytes, 0, bytes.length);
            settle();
            return this;
        }

        /** The same for some of the bytes, without running what the connections have asked each other to do. */
        void sendInOneRead(byte[] bytes, int from, int to) {
            channel.writeInbound(Unpooled.copiedBuffer(bytes, from, to - from));
        }

        Client send(String wire) {
            return send(Wire.bytes(wire));
        }

        /** What has been sent to the client since it was asked last, see {@link Answer#summary}. */
        List<String> answers() {
            settle();
            return packets().stream().map(Answer::summary).toList();
        }

        private List<Answer> packets() {
            byte[] bytes = takeBytes();
            List<Answer> packets = new ArrayList<>();
            for (int at = 0; at < bytes.length; ) {
                if ((bytes[at + 1] & 0x80) != 0) {
                    throw new IllegalStateException("not made for packets of more than 127 bytes");
                }
                int end = at + 2 + bytes[at + 1];
                packets.add(Answer.decode(version, Arrays.copyOfRange(bytes, at, end)));
                at = end;
            }
            return packets;
        }

        /** What has been sent to the client since it was asked last. */
        byte[] takeBytes() {
            ByteBuf all = Unpooled.buffer();
            for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
                all.writeBytes(out);
                out.release();
            }
            return Arrays.copyOf(all.array(), all.readableBytes());
        }

        boolean isOpen() {
            return channel.isOpen();
        }

        /** The client is gone without a word. */
        void vanish() {
            channel.close().syncUninterruptibly();
            settle();
        }
    }
}
