package dev.holdfast.gateway.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.gateway.text.Text;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Subscribes at a broker over MQTT 5 with QoS 1, and writes into a ledger what arrives of one run. Its session outlives a
 * lost connection, so that nothing is missed while it comes back. Thread-safe.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails to be written ends the channel, which is noticed
final class Receiver implements AutoCloseable {

    private static final int CONNACK = 2;
    private static final int PUBLISH = 3;
    private static final int SUBACK = 9;
    private static final int SESSION_SECONDS = 600;
    private static final int RECEIVE_MAXIMUM = 1_000;
    private static final int KEEP_ALIVE_SECONDS = 60;
    private static final int RECONNECT_MILLIS = 200;
    private static final int FAILURE = 0x80;
    private static final int MAX_VARINT_BYTES = 4;

    private final EventLoopGroup group = Sockets.newThread("receiver");
    private final CountDownLatch subscribed = new CountDownLatch(1);
    private final InetSocketAddress server;
    private final @Nullable SSLContext tls;
    private final FleetOptions.@Nullable Login login;
    private final String clientId;
    private final String filter;
    private final int run;
    private final Ledger ledger;
    private volatile String trouble = "";
    private volatile boolean closed;
    private boolean first = true;

    Receiver(
            InetSocketAddress server,
            @Nullable SSLContext tls,
            FleetOptions.@Nullable Login login,
            String clientId,
            String filter,
            int run,
            Ledger ledger) {
        this.server = server;
        this.tls = tls;
        this.login = login;
        this.clientId = clientId;
        this.filter = filter;
        this.run = run;
        this.ledger = ledger;
    }

    /** Subscribes; returns false when that takes longer than the timeout, and {@link #trouble} says why. */
    boolean subscribe(long timeoutMillis) throws InterruptedException {
        connect();
        return subscribed.await(timeoutMillis, TimeUnit.MILLISECONDS);
    }

    /** What went wrong last, empty for nothing. */
    String trouble() {
        return trouble;
    }

    private void connect() {
        if (closed) {
            return;
        }
        new Bootstrap()
                .group(group)
                .channel(Sockets.kind())
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        SSLContext context = tls;
                        if (context != null) {
                            channel.pipeline().addLast(Tls.client(context, server));
                        }
                        channel.pipeline().addLast(new Connection());
                    }
                })
                .connect(server)
                .addListener(attempt -> {
                    if (!attempt.isSuccess()) {
                        trouble = Text.reason(attempt.cause());
                        connectLater();
                    }
                });
    }

    private void connectLater() {
        if (!closed && !group.isShuttingDown()) {
            group.schedule(this::connect, RECONNECT_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void close() {
        closed = true;
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5_000);
    }

    private final class Connection extends ByteToMessageDecoder {

        @Override
        public void channelActive(ChannelHandlerContext context) {
            ByteBuf body = context.alloc().buffer();
            writeText(body, "MQTT");
            body.writeByte(5).writeByte((first ? 0b10 : 0) | (login == null ? 0 : 0b1100_0000));
            body.writeShort(KEEP_ALIVE_SECONDS);
            body.writeByte(8)
                    .writeByte(0x11)
                    .writeInt(SESSION_SECONDS)
                    .writeByte(0x21)
                    .writeShort(RECEIVE_MAXIMUM);
            writeText(body, clientId);
            FleetOptions.Login known = login;
            if (known != null) {
                writeText(body, known.username());
                writeText(body, known.password());
            }
            write(context, 0x10, body);
            ping(context);
        }

        private void ping(ChannelHandlerContext context) {
            context.executor()
                    .schedule(
                            () -> {
                                if (context.channel().isActive()) {
                                    context.writeAndFlush(
                                            context.alloc().buffer(2).writeShort(0xC000));
                                    ping(context);
                                }
                            },
                            KEEP_ALIVE_SECONDS / 2,
                            TimeUnit.SECONDS);
        }

        private static void writeText(ByteBuf out, String text) {
            byte[] bytes = text.getBytes(UTF_8);
            out.writeShort(bytes.length).writeBytes(bytes);
        }

        private static void write(ChannelHandlerContext context, int header, ByteBuf body) {
            ByteBuf out = context.alloc().buffer(body.readableBytes() + 5).writeByte(header);
            int rest = body.readableBytes();
            while (rest > 0x7f) {
                out.writeByte((rest & 0x7f) | 0x80);
                rest >>>= 7;
            }
            out.writeByte(rest).writeBytes(body);
            body.release();
            context.writeAndFlush(out);
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
            int from = in.readerIndex();
            if (in.readableBytes() < 2) {
                return;
            }
            int first = in.readUnsignedByte();
            int length = readVarint(in);
            if (length < 0 || in.readableBytes() < length) {
                in.readerIndex(from);
                return;
            }
            packet(context, first, in.readSlice(length));
        }

        /** A variable byte integer; -1 when not all of it is there. */
        private static int readVarint(ByteBuf in) {
            int value = 0;
            for (int i = 0; i < MAX_VARINT_BYTES && in.isReadable(); i++) {
                int b = in.readUnsignedByte();
                value |= (b & 0x7f) << (7 * i);
                if ((b & 0x80) == 0) {
                    return value;
                }
            }
            return -1;
        }

        private void packet(ChannelHandlerContext context, int header, ByteBuf body) {
            switch (header >>> 4) {
                case CONNACK -> connected(context, body.getUnsignedByte(1));
                case SUBACK -> subscribed(context, body.getUnsignedByte(body.writerIndex() - 1));
                case PUBLISH -> arrived(context, header, body);
                default -> {
                    // nothing that concerns it
                }
            }
        }

        private void connected(ChannelHandlerContext context, int reason) {
            if (reason != 0) {
                trouble = "CONNACK 0x%02x".formatted(reason);
                context.close();
                return;
            }
            first = false;
            ByteBuf body = context.alloc().buffer().writeShort(1).writeByte(0);
            writeText(body, filter);
            write(context, 0x82, body.writeByte(1));
        }

        private void subscribed(ChannelHandlerContext context, int reason) {
            if (reason >= FAILURE) {
                trouble = "SUBACK 0x%02x".formatted(reason);
                context.close();
            } else {
                subscribed.countDown();
            }
        }

        private void arrived(ChannelHandlerContext context, int header, ByteBuf body) {
            body.skipBytes(body.readUnsignedShort());
            if ((header & 0b110) != 0) {
                int packetId = body.readUnsignedShort();
                context.write(context.alloc().buffer(4).writeShort(0x4002).writeShort(packetId));
            }
            body.skipBytes(readVarint(body));
            Stamp stamp = Stamp.read(body.nioBuffer(), run);
            if (stamp != null) {
                ledger.arrived(stamp);
            } else if (body.readableBytes() >= Integer.BYTES && body.getInt(body.readerIndex()) == run) {
                ledger.damaged();
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) throws Exception {
            context.flush();
            super.channelReadComplete(context);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) throws Exception {
            connectLater();
            super.channelInactive(context);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            trouble = Text.reason(cause);
            context.close();
        }
    }
}
