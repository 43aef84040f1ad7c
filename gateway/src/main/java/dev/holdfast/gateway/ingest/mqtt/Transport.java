package dev.holdfast.gateway.ingest.mqtt;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SelectStrategyFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.spi.SelectorProvider;

/** How sockets are served: by epoll where Netty's native part can be loaded, which is on Linux, else by the JDK. */
final class Transport {

    private static final boolean EPOLL = Epoll.isAvailable();

    private Transport() {}

    /**
     * Event loops.
     *
     * @param sleep gives each of them, in their order, how it goes to sleep
     */
    static EventLoopGroup newGroup(int threads, SelectStrategyFactory sleep) {
        DefaultThreadFactory factory = new DefaultThreadFactory("front-door");
        return EPOLL
                ? new EpollEventLoopGroup(threads, factory, sleep)
                : new NioEventLoopGroup(threads, factory, SelectorProvider.provider(), sleep);
    }

    /**
     * The kind of channel that listens on an address.
     *
     * @throws FrontDoorException if there is none here
     */
    static Class<? extends ServerChannel> listening(SocketAddress bind) {
        if (!(bind instanceof UnixDomainSocketAddress)) {
            return EPOLL ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        }
        if (!EPOLL) {
            throw withoutEpoll("can't listen on " + bind);
        }
        return EpollServerDomainSocketChannel.class;
    }

    /**
     * The kind of channel that connects to an address.
     *
     * @throws FrontDoorException if there is none here
     */
    static Class<? extends Channel> connecting(SocketAddress target) {
        if (!(target instanceof UnixDomainSocketAddress)) {
            return EPOLL ? EpollSocketChannel.class : NioSocketChannel.class;
        }
        if (!EPOLL) {
            throw withoutEpoll("can't connect to " + target);
        }
        return EpollDomainSocketChannel.class;
    }

    private static FrontDoorException withoutEpoll(String what) {
        return new FrontDoorException(
                what + ": Unix sockets need epoll, which can't be had here: " + Epoll.unavailabilityCause(), null);
    }

    /** The address as Netty wants it. */
    static SocketAddress address(SocketAddress bind) {
        return bind instanceof UnixDomainSocketAddress unix
                ? new DomainSocketAddress(unix.getPath().toString())
                : bind;
    }
}
