package dev.holdfast.gateway.ingest.mqtt;

import dev.holdfast.gateway.journal.Topic;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The broker that a gate stands before. Thread-safe.
 *
 * @param url how people write it
 * @param address where it is: an {@link InetSocketAddress}, whose host name is looked up for each connection if it is
 *     unresolved, or a {@link UnixDomainSocketAddress}
 * @param stores whether messages of a topic are stored; the others are passed on and forgotten
 */
public record Broker(String url, SocketAddress address, Predicate<Topic> stores) {

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
     * Connects to it.
     *
     * @param handler what is to serve the connection
     * @param started told on the event loop what becomes of it
     */
    void connect(EventLoop eventLoop, ChannelHandler handler, Consumer<ChannelFuture> started) {
        if (address instanceof InetSocketAddress named && named.isUnresolved()) {
            NAMES.execute(() -> {
                SocketAddress found = new InetSocketAddress(named.getHostString(), named.getPort());
                eventLoop.execute(() -> started.accept(connect(eventLoop, handler, found)));
            });
        } else {
            started.accept(connect(eventLoop, handler, address));
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
