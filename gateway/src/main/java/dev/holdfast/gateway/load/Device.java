package dev.holdfast.gateway.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One device of a {@link Fleet}. Its state belongs to the fleet's event loop; what other threads read is volatile.
 *
 * <p>Message n has packet id n mod 65,535 plus 1; with a window of at most 65,535 no id is in use twice.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails to be written ends the channel, which is noticed
final class Device {

    private static final int CONNACK = 2;
    private static final int PUBACK = 4;
    private static final int PUBLISH_QOS_0 = 0x30;
    private static final int PUBLISH_QOS_1 = 0x32;
    private static final int DUP = 0x08;
    private static final int IDS = 65_535;
    private static final int KEEP_ALIVE_SECONDS = 60;
    private static final int PACE_MILLIS = 10;
    private static final int RECONNECT_MILLIS = 100;

    private final int number;
    private final FleetOptions options;
    private final Ledger ledger;
    private final EventLoop loop;
    private final byte[] topic;
    private final byte[] payload;
    private Supplier<ChannelFuture> connector = () -> {
        throw new IllegalStateException("no way to connect yet");
    };

    private long next;
    private volatile long lowestUnacknowledged;
    private volatile long acknowledged;
    private volatile boolean publishing = true;
    private volatile boolean ended;
    private volatile boolean connected;
    private volatile long sentAll;
    private @Nullable ChannelHandlerContext channel;
    private double allowance;

    Device(int number, FleetOptions options, Ledger ledger, EventLoop loop) {
        this.number = number;
        this.options = options;
        this.ledger = ledger;
        this.loop = loop;
        this.topic = (options.topicPrefix() + number).getBytes(UTF_8);
        this.payload = new byte[options.payloadBytes()];
        if (options.messagesPerSecond() > 0) {
            loop.scheduleAtFixedRate(this::pace, PACE_MILLIS, PACE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    void connectWith(Supplier<ChannelFuture> supplier) {
        connector = supplier;
    }

    void connect() {
        if (!ended) {
            connector.get().addListener(attempt -> {
                if (!attempt.isSuccess()) {
                    connectLater();
                }
            });
        }
    }

    private void connectLater() {
        if (!ended && !loop.isShuttingDown()) {
            loop.schedule(this::connect, RECONNECT_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    void stopPublishing() {
        sentAll = next;
        publishing = false;
    }

    void end() {
        ended = true;
    }

    boolean isDone() {
        long all = publishing ? options.messagesPerDevice() : sentAll;
        return lowestUnacknowledged >= all;
    }

    boolean isConnected() {
        return connected;
    }

    long acknowledged() {
        return acknowledged;
    }

    private void pace() {
        double perTick = options.messagesPerSecond() * PACE_MILLIS / 1_000;
        allowance = Math.min(allowance + perTick, Math.max(1, perTick * 10));
        ChannelHandlerContext open = channel;
        if (open != null && connected) {
            publish(open);
        }
    }

    /** Fills the window. */
    private void publish(ChannelHandlerContext context) {
        long end = Math.min(options.messagesPerDevice(), lowestUnacknowledged + options.window());
        if (options.messagesPerSecond() > 0) {
            end = Math.min(end, next + (long) allowance);
        }
        if (!publishing || next >= end || !context.channel().isWritable()) {
            return;
        }
        allowance -= end - next;
        ledger.sent(number, end);
        long from = next;
        next = end; // before sending, which can call back when the channel gets writable again
        send(context, from, end, 0);
        if (options.qos() == 0) {
            lowestUnacknowledged = next;
        }
    }

    private void send(ChannelHandlerContext context, long from, long to, int dup) {
        boolean qos1 = options.qos() == 1;
        int propertyBytes = options.mqtt5() ? 1 : 0;
        int length = 2 + topic.length + (qos1 ? 2 : 0) + propertyBytes + options.payloadBytes();
        ByteBuf out = context.alloc().buffer((int) (to - from) * (length + 5));
        long now = System.nanoTime();
        for (long counter = from; counter < to; counter++) {
            out.writeByte(qos1 ? PUBLISH_QOS_1 | dup : PUBLISH_QOS_0);
            writeVarint(out, length);
            out.writeShort(topic.length).writeBytes(topic);
            if (qos1) {
                out.writeShort((int) (counter % IDS) + 1);
            }
            out.writeZero(propertyBytes);
            new Stamp(number, counter, now).write(payload);
            out.writeBytes(payload);
        }
        context.writeAndFlush(out, context.voidPromise());
    }

    private static void writeVarint(ByteBuf out, int value) {
        int rest = value;
        while (rest > 0x7f) {
            out.writeByte((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.writeByte(rest);
    }

    Connection newConnection() {
        return new Connection();
    }

    /** A connection of the device. */
    final class Connection extends ByteToMessageDecoder {

        @Override
        public void channelActive(ChannelHandlerContext context) {
            byte[] id = (options.clientPrefix() + number).getBytes(UTF_8);
            int propertyBytes = options.mqtt5() ? 1 : 0;
            ByteBuf out = context.alloc().buffer();
            out.writeByte(0x10).writeByte(12 + propertyBytes + id.length);
            out.writeShort(4).writeBytes("MQTT".getBytes(UTF_8)).writeByte(options.mqtt5() ? 5 : 4);
            out.writeByte(0b10).writeShort(KEEP_ALIVE_SECONDS).writeZero(propertyBytes);
            out.writeShort(id.length).writeBytes(id);
            context.writeAndFlush(out, context.voidPromise());
            long ping = KEEP_ALIVE_SECONDS / 2;
            loop.schedule(() -> ping(context, ping), ping, TimeUnit.SECONDS);
        }

        private void ping(ChannelHandlerContext context, long seconds) {
            if (context.channel().isActive()) {
                context.writeAndFlush(context.alloc().buffer(2).writeByte(0xC0).writeByte(0), context.voidPromise());
                loop.schedule(() -> ping(context, seconds), seconds, TimeUnit.SECONDS);
            }
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
            if (in.readableBytes() < 2 || !context.channel().isActive()) {
                return;
            }
            int from = in.readerIndex();
            int type = in.getUnsignedByte(from) >>> 4;
            int length = in.getUnsignedByte(from + 1);
            int header = 2;
            if (length > 0x7f) {
                if (in.readableBytes() < 3) {
                    return;
                }
                length = (length & 0x7f) | in.getUnsignedByte(from + 2) << 7;
                header = 3;
            }
            if (in.readableBytes() < header + length) {
                return;
            }
            in.skipBytes(header + length);
            if (type == CONNACK) {
                connectAcknowledged(context, in.getUnsignedByte(from + header + 1));
            } else if (type == PUBACK) {
                int reason = length > 2 ? in.getUnsignedByte(from + header + 2) : 0;
                publishAcknowledged(context, in.getUnsignedShort(from + header), reason);
            }
        }

        private void connectAcknowledged(ChannelHandlerContext context, int reason) {
            if (reason != 0) {
                context.close();
                return;
            }
            channel = context;
            connected = true;
            if (next > lowestUnacknowledged) {
                send(context, lowestUnacknowledged, next, DUP);
            }
            publish(context);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) throws Exception {
            super.channelReadComplete(context);
            if (connected) {
                publish(context);
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            if (connected && context.channel().isWritable()) {
                publish(context);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) throws Exception {
            connected = false;
            channel = null;
            connectLater();
            super.channelInactive(context);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }

    /** Acknowledgements must come in the order of the messages; one that does not ends the connection. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    private void publishAcknowledged(ChannelHandlerContext context, int packetId, int reason) {
        long counter = lowestUnacknowledged;
        if (counter == next || (int) (counter % IDS) + 1 != packetId) {
            ledger.misacknowledged(number);
            context.close();
            return;
        }
        if (reason < 0x80) {
            ledger.acknowledged(number, counter);
            acknowledged++;
        } else {
            ledger.refused(number, counter);
        }
        lowestUnacknowledged = counter + 1;
    }
}
