package dev.holdfast.gateway.ingest.mqtt;

import dev.holdfast.gateway.text.Text;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A gate's connection to the broker, one for each device. What the broker sends goes to the device as it comes, in parts
 * where a packet is large, except for the packets that {@link GateProtocol} must see: those are kept until they are whole.
 *
 * <p>Memory: of what is passed on, one read; of what must be seen, {@link #MAX_SEEN_BYTES}; of what goes to the broker,
 * what its socket does not take, up to which the device is read.
 *
 * <p>All methods are called on the event loop, which is that of the device's connection.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails to be written or closed ends the channel, which is noticed
final class BrokerLink extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(BrokerLink.class);

    /** A CONNACK or an acknowledgement that is larger is not believed. */
    private static final int MAX_SEEN_BYTES = 256 << 10;

    /** So much for the broker is put together before it is written. */
    private static final int WRITE_BYTES = 64 << 10;

    private static final int MAX_FIXED_HEADER_BYTES = 5;

    /** How long a broker has to take what was written before the end. */
    private static final int CLOSE_SECONDS = 5;

    private final GateProtocol gate;
    private final Connection device;

    private @Nullable ChannelHandlerContext ctx;
    private @Nullable ByteBuf unread;
    private @Nullable ByteBuf unwritten;

    /** Bytes that are still to come of a packet that is passed on. */
    private int passing;

    private boolean held;
    private boolean processing;

    /** How many PINGRESP are not for the device, which has not asked. */
    private int ownPings;

    /** Whether the broker has sent anything since the last of them was asked for. */
    private boolean heard;

    BrokerLink(GateProtocol gate, Connection device) {
        this.gate = gate;
        this.device = device;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
    }

    // --- from the broker ----------------------------------------------------------------------------------------

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf arrived = (ByteBuf) message;
        heard = true;
        ByteBuf before = unread;
        if (before == null) {
            unread = arrived;
        } else {
            unread = context.alloc()
                    .buffer(before.readableBytes() + arrived.readableBytes())
                    .writeBytes(before)
                    .writeBytes(arrived);
            before.release();
            arrived.release();
        }
        process();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        gate.brokerRead();
    }

    /** Reads nothing more, not even what has come in, until {@link #resume}. */
    void hold() {
        held = true;
        takeMore(false);
    }

    /** Goes on. */
    void resume() {
        held = false;
        takeMore(device.channel().isWritable());
        process();
        gate.brokerRead();
    }

    /** Whether the broker is read. */
    void takeMore(boolean more) {
        ChannelHandlerContext context = ctx;
        if (context != null) {
            context.channel().config().setAutoRead(more && !held);
        }
    }

    private void process() {
        if (processing) {
            return;
        }
        processing = true;
        try {
            ByteBuf in = unread;
            while (in != null && in.isReadable() && !held && next(in)) {
                in = unread;
            }
        } catch (MqttException e) {
            gate.brokerFails(e.getMessage());
        } finally {
            processing = false;
            ByteBuf rest = unread;
            if (rest != null && !rest.isReadable()) {
                rest.release();
                unread = null;
            }
        }
    }

    /** Passes on as many bytes as it can, or has the gate see a packet; false when more must come in. */
    private boolean next(ByteBuf in) {
        int from = in.readerIndex();
        int at = from;
        int to = in.writerIndex();
        while (at < to) {
            if (passing == 0) {
                int bytes = packetBytes(in, at, to);
                if (bytes == 0 || isSeen(in.getUnsignedByte(at) >>> 4)) {
                    break;
                }
                passing = bytes;
            }
            int part = Math.min(passing, to - at);
            at += part;
            passing -= part;
        }
        if (at > from) {
            device.writePart(in.readRetainedSlice(at - from), passing == 0);
        }
        return at == to ? at > from : see(in, at, to);
    }

    private boolean isSeen(int type) {
        return switch (type) {
            case PacketType.CONNACK, PacketType.PUBACK, PacketType.PUBREC, PacketType.PUBCOMP -> true;
            case PacketType.PINGRESP -> ownPings > 0;
            default -> false;
        };
    }

    private boolean see(ByteBuf in, int at, int to) {
        int bytes = packetBytes(in, at, to);
        if (bytes > MAX_SEEN_BYTES) {
            throw MqttException.malformed("the broker sends an acknowledgement of " + bytes + " bytes");
        }
        if (bytes == 0 || to - at < bytes) {
            return false;
        }
        int type = in.getUnsignedByte(at) >>> 4;
        in.readerIndex(at + bytes);
        if (type == PacketType.PINGRESP) {
            ownPings--;
        } else {
            gate.fromBroker(type, in, at, at + bytes);
        }
        return true;
    }

    /** Bytes of the packet that begins there; 0 when its length has not come in yet. */
    private static int packetBytes(ByteBuf in, int from, int to) {
        int length = 0;
        for (int i = 1; i < MAX_FIXED_HEADER_BYTES; i++) {
            if (from + i >= to) {
                return 0;
            }
            int b = in.getUnsignedByte(from + i);
            length |= (b & 0x7f) << (7 * (i - 1));
            if ((b & 0x80) == 0) {
                return 1 + i + length;
            }
        }
        throw MqttException.malformed("the broker sends a remaining length of more than 4 bytes");
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        ctx = null;
        release();
        gate.brokerGone("the broker has closed the connection");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException || cause instanceof DecoderException)) {
            LOG.error("a broker's connection ended by an error of our own client={}", gate.describe(), cause);
        }
        Throwable told =
                cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause; // of TLS
        gate.brokerFails(Text.reason(told));
    }

    // --- to the broker ------------------------------------------------------------------------------------------

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (context.channel().isWritable()) {
            gate.brokerTakesMore();
        }
    }

    /** Whether the broker's socket takes what is written. */
    boolean isWritable() {
        ChannelHandlerContext context = ctx;
        return context != null && context.channel().isWritable();
    }

    /** Copies a packet to what leaves with the next {@link #flush}. */
    void write(ByteBuf from, int at, int length) {
        ChannelHandlerContext context = ctx;
        if (context == null) {
            return;
        }
        ByteBuf out = unwritten;
        if (out == null) {
            out = context.alloc().buffer(Math.max(length, Math.min(device.unreadBytes() + length, WRITE_BYTES)));
            unwritten = out;
        }
        out.writeBytes(from, at, length);
        if (out.readableBytes() >= WRITE_BYTES) {
            flush(); // which may find that the broker has gone, and end the device's connection with what it has read
        }
    }

    void flush() {
        ChannelHandlerContext context = ctx;
        ByteBuf out = unwritten;
        unwritten = null;
        if (out == null) {
            return;
        }
        if (context == null) {
            out.release();
        } else {
            context.writeAndFlush(out, context.voidPromise());
        }
    }

    /**
     * Keeps the connection alive while the device is not read; false when the broker, which is read, has sent nothing since
     * the last ping: the answer to that may stand behind much else.
     */
    boolean ping() {
        ChannelHandlerContext context = ctx;
        if (ownPings > 0
                && !heard
                && context != null
                && context.channel().config().isAutoRead()) {
            return false;
        }
        heard = false;
        ownPings++;
        writeShort(PacketType.PINGREQ);
        return true;
    }

    /** Says that the client goes in peace: its will is not published. */
    void disconnect() {
        writeShort(PacketType.DISCONNECT);
    }

    private void writeShort(int type) {
        ByteBuf packet = allocator().buffer(2).writeByte(type << 4).writeByte(0);
        write(packet, 0, 2);
        packet.release();
        flush();
    }

    private ByteBufAllocator allocator() {
        return device.channel().alloc();
    }

    /** Closes behind what was written. */
    void close() {
        flush();
        ChannelHandlerContext context = ctx;
        if (context != null) {
            Channel channel = context.channel();
            channel.config().setAutoRead(false);
            Future<?> givingUp = channel.eventLoop().schedule(() -> channel.close(), CLOSE_SECONDS, TimeUnit.SECONDS);
            channel.closeFuture().addListener(closed -> givingUp.cancel(false));
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    private void release() {
        ByteBuf rest = unread;
        unread = null;
        if (rest != null && !processing) {
            rest.release();
        }
        ByteBuf out = unwritten;
        unwritten = null;
        if (out != null) {
            out.release();
        }
    }
}
