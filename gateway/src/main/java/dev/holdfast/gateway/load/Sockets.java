package dev.holdfast.gateway.load;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

/**
 * How sockets are served: by epoll where it is to be had, so that a load takes as little as it can of the machine that it
 * shares with what it measures.
 */
final class Sockets {

    private static final boolean EPOLL = Epoll.isAvailable();

    private Sockets() {}

    /** A thread that ends with the process. */
    static EventLoopGroup newThread(String name) {
        DefaultThreadFactory factory = new DefaultThreadFactory(name, true);
        return EPOLL ? new EpollEventLoopGroup(1, factory) : new NioEventLoopGroup(1, factory);
    }

    /** The kind of channel for it. */
    static Class<? extends SocketChannel> kind() {
        return EPOLL ? EpollSocketChannel.class : NioSocketChannel.class;
    }
}
