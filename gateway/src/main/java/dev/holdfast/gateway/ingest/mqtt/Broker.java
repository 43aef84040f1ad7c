package dev.holdfast.gateway.ingest.mqtt;

import dev.holdfast.gateway.journal.Topic;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.haproxy.HAProxyMessageEncoder;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The broker that a gate stands before. Thread-safe.
 *
 * @param url how people write it
 * @param address where it is: an {@link InetSocketAddress}, whose host name is looked up for each connection if it is
 *     unresolved, or a {@link UnixDomainSocketAddress}
 * @param tls whose certificates are believed, and our own, as they are now; null where there is no TLS
 * @param proxyProtocol whether it is told by PROXY protocol v2 where a device is
 * @param stores whether messages of a topic are stored; the others are passed on and forgotten
 * @param passesWhenFull whether a message for which there is no room is passed on without being stored, and counted as a
 *     gap; else what its lane says is done
 */
public record Broker(
        String url,
        SocketAddress address,
        @Nullable Supplier<ClientTls> tls,
        boolean proxyProtocol,
        Predicate<Topic> stores,
        boolean passesWhenFull) {

    private static final int CONNECT_TIMEOUT_MILLIS = 5_000;

    /** Looking up a name can take seconds, in which no event loop may stand still. */
    private static final ExecutorService NAMES = names();

    private static ExecutorService names() {
        ThreadPoolExecutor one =
                new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "gate-names");
                    thread.setDaemon(true);
                    return thread;
                });
        one.allowCoreThreadTimeOut(true);
        return one;
    }

    /**
     * Connects to it. TLS comes about behind that; where it does not, the connection ends.
     *
     * @param device whose connection it is to be
     * @param handshakes where TLS handshakes are worked on
     * @param link what is to serve it
     * @param started told on the event loop what becomes of it
     */
    void connect(Connection device, Executor handshakes, BrokerLink link, Consumer<ChannelFuture> started) {
        EventLoop eventLoop = device.loop().eventLoop();
        ChannelHandler handler = tls == null && !proxyProtocol ? link : new Opening(this, device, handshakes, link);
        if (address instanceof InetSocketAddress named && named.isUnresolved()) {
            NAMES.execute(() -> {
                SocketAddress found = new InetSocketAddress(named.getHostString(), named.getPort());
                eventLoop.execute(() -> started.accept(connect(eventLoop, handler, found)));
            });
        } else {
            started.accept(connect(eventLoop, handler, address));
        }
    }

    /** Puts before the link what its transport needs. */
    private static final class Opening extends ChannelInitializer<Channel> {

        private final Broker broker;
        private final Connection device;
        private final Executor handshakes;
        private final BrokerLink link;

        Opening(Broker broker, Connection device, Executor handshakes, BrokerLink link) {
            this.broker = broker;
            this.device = device;
            this.handshakes = handshakes;
            this.link = link;
        }

        @Override
        protected void initChannel(Channel channel) {
            if (broker.proxyProtocol) {
                channel.pipeline().addLast(HAProxyMessageEncoder.INSTANCE, new ProxyHeader(device));
            }
            Supplier<ClientTls> tls = broker.tls;
            if (tls != null && broker.address instanceof InetSocketAddress named) {
                channel.pipeline()
                        .addLast(tls.get()
                                .newHandler(channel.alloc(), named.getHostString(), named.getPort(), handshakes));
            }
            channel.pipeline().addLast(link);
        }
    }

    private static ChannelFuture connect(EventLoop eventLoop, ChannelHandler handler, SocketAddress target) {
        Bootstrap bootstrap = new Bootstrap()
                .group(eventLoop)
                .channel(Transport.connecting(target))
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                .disableResolver()
                .handler(handler);
        if (target instanceof InetSocketAddress) {
            bootstrap.option(ChannelOption.TCP_NODELAY, true).option(ChannelOption.SO_KEEPALIVE, true);
        }
        return bootstrap.connect(Transport.address(target));
    }
}
