package dev.holdfast.gateway.ingest.mqtt;

import dev.holdfast.gateway.journal.Intake;
import dev.holdfast.gateway.journal.Journal;
import dev.holdfast.gateway.journal.SideTable;
import dev.holdfast.gateway.time.Clock;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The MQTT listener where devices publish.
 *
 * <p>A PUBACK or PUBREC leaves only after the intake has said that the message is durable, and PUBACKs leave in the
 * order in which the PUBLISHes came. Subscriptions are refused one by one, and the connection lives on.
 *
 * <p>Thread-safe.
 */
@SuppressWarnings("FutureReturnValueIgnored") // of what runs until the group is shut down
public final class FrontDoor implements AutoCloseable {

    private static final int BACKLOG = 1_024;
    private static final long SWEEP_SECONDS = 60;
    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(5);

    private final NioEventLoopGroup group;
    private final FrontDoorStats stats = new FrontDoorStats();
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final Sessions sessions;
    private final Channel listener;

    private FrontDoor(FrontDoorOptions options, Intake intake, Sessions sessions, LaneOf laneOf, Clock clock) {
        if (options.bind().isUnresolved()) {
            throw new FrontDoorException(
                    "the host name of listen.mqtt.bind is not known here: "
                            + options.bind().getHostString(),
                    null);
        }
        this.sessions = sessions;
        this.group = new NioEventLoopGroup(options.threads(), new DefaultThreadFactory("front-door"));
        ReadMemory memory = new ReadMemory(options.readMemoryBytes());
        Map<EventLoop, Loop> loops = new HashMap<>();
        for (EventExecutor executor : group) {
            EventLoop eventLoop = (EventLoop) executor;
            loops.put(eventLoop, new Loop(eventLoop, intake, memory));
        }
        Protocol.Context context = new Protocol.Context(options, intake, sessions, laneOf, stats);
        this.listener = listen(options, new ChannelInitializer<SocketChannel>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                Loop loop = loops.get(channel.eventLoop());
                if (loop == null) {
                    throw new IllegalStateException("a connection on a foreign event loop");
                }
                connections.add(channel);
                channel.pipeline().addLast(new Connection(loop, options, clock, stats, context));
            }
        });
        group.next().scheduleWithFixedDelay(sessions::sweep, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Opens the listener over a journal, with the sessions that are stored there.
     *
     * @throws FrontDoorException if the address can't be had
     */
    public static FrontDoor open(FrontDoorOptions options, Journal journal, LaneOf laneOf, Clock clock) {
        Sessions sessions = new Sessions(journal, laneOf, options.maxSessions());
        journal.scan(SideTable.SESSIONS, sessions::restore);
        journal.scan(SideTable.HELD_IDS, (key, value) -> sessions.restoreHeld(key));
        sessions.restored();
        return new FrontDoor(options, journal, sessions, laneOf, clock);
    }

    /**
     * Opens the listener over an intake that remembers no sessions between runs.
     *
     * @throws FrontDoorException if the address can't be had
     */
    public static FrontDoor openWithoutSessions(FrontDoorOptions options, Intake intake, LaneOf laneOf, Clock clock) {
        return new FrontDoor(options, intake, new Sessions(intake, laneOf, options.maxSessions()), laneOf, clock);
    }

    private Channel listen(FrontDoorOptions options, ChannelInitializer<SocketChannel> connection) {
        ChannelFuture bound = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childHandler(connection)
                .bind(options.bind())
                .awaitUninterruptibly();
        Throwable cause = bound.cause();
        if (cause != null) {
            group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw new FrontDoorException(
                    "can't listen for MQTT on " + options.bind().getHostString() + ":"
                            + options.bind().getPort() + ": " + cause.getMessage()
                            + "; end the process that has this address, or choose another by listen.mqtt.bind",
                    cause);
        }
        return bound.channel();
    }

    /** Where it listens, with the port that the system chose if it was to. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    /** What has happened so far. */
    public FrontDoorStats stats() {
        return stats;
    }

    /** How many sessions are remembered beyond their connections. */
    public int sessions() {
        return sessions.count();
    }

    /** How many client ids are claimed by a connection. */
    int claims() {
        return sessions.claims();
    }

    /**
     * Stops listening, lets what was taken become durable and be acknowledged, tells the clients, and closes. Takes at
     * most some seconds; the intake must still be working.
     */
    @Override
    public void close() {
        listener.close().awaitUninterruptibly(DRAIN_TIMEOUT.toMillis());
        for (Channel channel : connections) {
            Connection connection = channel.pipeline().get(Connection.class);
            if (connection != null) {
                channel.eventLoop().execute(connection::drain);
            }
        }
        connections.newCloseFuture().awaitUninterruptibly(DRAIN_TIMEOUT.toMillis());
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(DRAIN_TIMEOUT.toMillis());
    }
}
