package dev.holdfast.gateway.ingest.mqtt;

import dev.holdfast.gateway.journal.Intake;
import dev.holdfast.gateway.journal.Journal;
import dev.holdfast.gateway.journal.SideTable;
import dev.holdfast.gateway.text.Text;
import dev.holdfast.gateway.time.Clock;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where devices publish by MQTT: one or more listeners.
 *
 * <p>A PUBACK or PUBREC leaves only after the intake has said that the message is durable, and PUBACKs leave in the
 * order in which the PUBLISHes came. Subscriptions are refused one by one, and the connection lives on.
 *
 * <p>Thread-safe.
 */
@SuppressWarnings("FutureReturnValueIgnored") // of what runs until the group is shut down
public final class FrontDoor implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FrontDoor.class);

    private static final int BACKLOG = 1_024;
    private static final long SWEEP_SECONDS = 60;

    /** What a proxy may say beside the address, none of which is used. */
    private static final int MAX_PROXY_TLV_BYTES = 1 << 10;

    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(5);

    private final EventLoopGroup group;
    private final ExecutorService handshakes;
    private final FrontDoorStats stats = new FrontDoorStats();
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final Sessions sessions;
    private final Map<EventLoop, Loop> loops = new HashMap<>();
    private final Protocol.Context context;
    private final Clock clock;
    private final List<Open> listeners = new ArrayList<>();

    /** A listener and its socket. */
    private record Open(Listener listener, Channel channel) {}

    private FrontDoor(
            FrontDoorOptions options,
            Doorkeeper doorkeeper,
            Intake intake,
            Sessions sessions,
            LaneOf laneOf,
            Clock clock) {
        this.sessions = sessions;
        this.clock = clock;
        Queue<Gathering> gatherings = new ArrayDeque<>();
        this.group = Transport.newGroup(options.threads(), () -> {
            Gathering gathering = new Gathering();
            gatherings.add(gathering);
            return gathering;
        });
        this.handshakes =
                Executors.newFixedThreadPool(options.threads(), new DefaultThreadFactory("front-door-tls", true));
        Limits limits = options.limits();
        ReadMemory memory = new ReadMemory(limits.connections().partialPacketBytes());
        for (EventExecutor executor : group) {
            EventLoop eventLoop = (EventLoop) executor;
            loops.put(eventLoop, new Loop(eventLoop, intake, memory, gatherings.remove(), limits.messages()));
        }
        this.context = new Protocol.Context(
                options,
                doorkeeper,
                intake,
                sessions,
                laneOf,
                stats,
                new Arrivals(limits.connections()),
                new QuietLog(LOG, clock),
                handshakes);
        try {
            options.listeners().forEach(listener -> listeners.add(new Open(listener, listen(listener))));
        } catch (FrontDoorException e) {
            close();
            throw e;
        }
        group.next().scheduleWithFixedDelay(sessions::sweep, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Opens the listeners over a journal, with the sessions that are stored there.
     *
     * @throws FrontDoorException if an address can't be had
     */
    public static FrontDoor open(
            FrontDoorOptions options, Doorkeeper doorkeeper, Journal journal, LaneOf laneOf, Clock clock) {
        Sessions sessions =
                new Sessions(journal, laneOf, options.limits().sessions().max());
        journal.scan(SideTable.SESSIONS, sessions::restore);
        journal.scan(SideTable.HELD_IDS, (key, value) -> sessions.restoreHeld(key));
        sessions.restored();
        return new FrontDoor(options, doorkeeper, journal, sessions, laneOf, clock);
    }

    /**
     * Opens the listeners over an intake that remembers no sessions between runs.
     *
     * @throws FrontDoorException if an address can't be had
     */
    public static FrontDoor openWithoutSessions(
            FrontDoorOptions options, Doorkeeper doorkeeper, Intake intake, LaneOf laneOf, Clock clock) {
        Sessions sessions =
                new Sessions(intake, laneOf, options.limits().sessions().max());
        return new FrontDoor(options, doorkeeper, intake, sessions, laneOf, clock);
    }

    private Channel listen(Listener listener) {
        SocketAddress bind = listener.bind();
        if (bind instanceof InetSocketAddress address && address.isUnresolved()) {
            throw new FrontDoorException(
                    "the host name of listen." + listener.scheme() + ".bind is not known here: "
                            + address.getHostString(),
                    null);
        }
        if (bind instanceof UnixDomainSocketAddress unix) {
            UnixSocket.removeLeftover(unix.getPath());
        }
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(Transport.listening(bind))
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        begin(channel, listener);
                    }
                });
        if (bind instanceof InetSocketAddress) {
            bootstrap
                    .option(ChannelOption.SO_REUSEADDR, true)
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childOption(ChannelOption.SO_KEEPALIVE, true);
        }
        ChannelFuture bound = bootstrap.bind(Transport.address(bind)).awaitUninterruptibly();
        Throwable cause = bound.cause();
        if (cause != null) {
            throw new FrontDoorException(
                    "can't listen on " + listener.describe(bind) + ": " + Text.reason(cause)
                            + "; end the process that has this address, or choose another by listen."
                            + listener.scheme() + ".bind",
                    cause);
        }
        if (bind instanceof UnixDomainSocketAddress unix) {
            UnixSocket.restrict(unix.getPath());
        }
        return bound.channel();
    }

    /** A connection has come: what its transport needs, and MQTT behind it. */
    private void begin(Channel channel, Listener listener) {
        Loop loop = loops.get(channel.eventLoop());
        if (loop == null) {
            throw new IllegalStateException("a connection on a foreign event loop");
        }
        connections.add(channel);
        Connection connection = new Connection(loop, listener, clock, context);
        Limits.Connections limits = context.options().limits().connections();
        ChannelPipeline pipeline = channel.pipeline();
        if (listener.proxyProtocol()) {
            pipeline.addLast(new HAProxyMessageDecoder(MAX_PROXY_TLV_BYTES, true))
                    .addLast(new ProxiedAddress(connection));
        }
        Supplier<ServerTls> tls = listener.tls();
        if (tls != null) {
            SslHandler handler = tls.get().newHandler(channel.alloc(), handshakes);
            handler.setHandshakeTimeoutMillis(limits.connectTimeout().toMillis());
            pipeline.addLast(handler).addLast(new ProvenName(connection));
        }
        if (listener.isWebSocket()) {
            WebSocketHandshake.addTo(pipeline, listener, limits.connectBytes());
        }
        pipeline.addLast(connection);
    }

    /** Where the first listener is that has an IP address, with the port that the system chose if it was to. */
    public InetSocketAddress address() {
        return listeners.stream()
                .map(open -> open.channel().localAddress())
                .filter(InetSocketAddress.class::isInstance)
                .map(InetSocketAddress.class::cast)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("there is no listener with an IP address"));
    }

    /** Where it listens, each as a client names it. */
    public List<String> addresses() {
        return listeners.stream()
                .map(open -> open.listener().describe(open.channel().localAddress()))
                .toList();
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
        listeners.forEach(open -> open.channel().close().awaitUninterruptibly(DRAIN_TIMEOUT.toMillis()));
        for (Channel channel : connections) {
            Connection connection = channel.pipeline().get(Connection.class);
            if (connection != null) {
                channel.eventLoop().execute(connection::drain);
            }
        }
        connections.newCloseFuture().awaitUninterruptibly(DRAIN_TIMEOUT.toMillis());
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(DRAIN_TIMEOUT.toMillis());
        handshakes.shutdownNow();
    }
}
