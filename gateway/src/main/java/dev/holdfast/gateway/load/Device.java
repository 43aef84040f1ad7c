package dev.holdfast.gateway.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.gateway.text.Text;
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
    private static final int PUBREC = 5;
    private static final int PUBCOMP = 7;
    private static final int DISCONNECT = 14;
    private static final int PUBREL_HEADER = 0x62;
    private static final int FAILURE = 0x80;
    private static final int CLEAN_START = 1 << 1;
    private static final int USERNAME_AND_PASSWORD = 0b11 << 6;
    private static final int SESSION_SECONDS = 300;
    private static final int PUBLISH_QOS_0 = 0x30;
    private static final int DUP = 0x08;
    private static final int IDS = 65_535;
    private static final int KEEP_ALIVE_SECONDS = 60;
    private static final long SHORTEST_PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final double NANOS_PER_SECOND = 1e9;

    /** How many turns may be made up for after a pause. */
    private static final int TURNS_BEHIND = 10;

    private static final int RECONNECT_MILLIS = 100;

    private final int number;
    private final FleetOptions options;
    private final Ledger ledger;
    private final Tally tally;
    private final EventLoop loop;
    private final byte[] topic;
    private final byte[] payload;
    private Supplier<ChannelFuture> connector = () -> {
        throw new IllegalStateException("no way to connect yet");
    };

    /** When each message in the window was first sent. */
    private final long[] sentNanos;

    /** QoS 2: with which reason each message in the window was refused. */
    private final int[] refusals;

    private volatile long next;

    /** QoS 2: up to here the server has the messages, and their ids are to be released. */
    private long lowestUnreceived;

    private volatile long lowestUnacknowledged;
    private volatile long acknowledged;
    private volatile boolean publishing = true;
    private volatile boolean ended;
    private volatile boolean connected;
    private volatile long sentAll;
    private @Nullable ChannelHandlerContext channel;
    private double allowance;

    Device(int number, FleetOptions options, Ledger ledger, Tally tally, EventLoop loop) {
        this.number = number;
        this.options = options;
        this.ledger = ledger;
        this.tally = tally;
        this.sentNanos = new long[options.window()];
        this.refusals = new int[options.window()];
        this.loop = loop;
        this.topic = (options.topicPrefix() + number).getBytes(UTF_8);
        this.payload = new byte[options.payloadBytes()];
        if (options.messagesPerSecond() > 0) {
            takeTurns();
        }
    }

    /** One message each turn if that is not too often; devices take turns at different times, as devices do. */
    private void takeTurns() {
        double perSecond = options.messagesPerSecond();
        long period = Math.max(SHORTEST_PACE_NANOS, (long) Math.ceil(NANOS_PER_SECOND / perSecond));
        double perTurn = perSecond * period / NANOS_PER_SECOND;
        long first = period * number / options.devices();
        loop.scheduleAtFixedRate(() -> pace(perTurn), first, period, TimeUnit.NANOSECONDS);
    }

    void connectWith(Supplier<ChannelFuture> supplier) {
        connector = supplier;
    }

    void connect() {
        if (!ended) {
            connector.get().addListener(attempt -> {
                if (!attempt.isSuccess()) {
                    tally.trouble(reason(attempt.cause()));
                    connectLater();
                }
            });
        }
    }

    private static String reason(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.toString() : Text.reason(root);
    }

    long unacknowledged() {
        return options.qos() == 0 ? 0 : next - lowestUnacknowledged;
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

    private void pace(double perTurn) {
        allowance = Math.min(allowance + perTurn, Math.max(1, perTurn * TURNS_BEHIND));
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
        long now = System.nanoTime();
        for (long counter = from; counter < end; counter++) {
            sentNanos[(int) (counter % options.window())] = now;
        }
        send(context, from, end, 0);
        if (options.qos() == 0) {
            lowestUnacknowledged = next;
        }
    }

    private void send(ChannelHandlerContext context, long from, long to, int dup) {
        boolean numbered = options.qos() > 0;
        int header = PUBLISH_QOS_0 | options.qos() << 1 | (numbered ? dup : 0);
        int propertyBytes = options.mqtt5() ? 1 : 0;
        int length = 2 + topic.length + (numbered ? 2 : 0) + propertyBytes + options.payloadBytes();
        ByteBuf out = context.alloc().buffer((int) (to - from) * (length + 5));
        long now = System.nanoTime();
        for (long counter = from; counter < to; counter++) {
            out.writeByte(header);
            writeVarint(out, length);
            out.writeShort(topic.length).writeBytes(topic);
            if (numbered) {
                out.writeShort(id(counter));
            }
            out.writeZero(propertyBytes);
            new Stamp(number, counter, now).write(payload, options.run());
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
            context.writeAndFlush(connect(context), context.voidPromise());
            long ping = KEEP_ALIVE_SECONDS / 2;
            loop.schedule(() -> ping(context, ping), ping, TimeUnit.SECONDS);
        }

        /** QoS 2 needs a session, so that a lost connection does not send messages twice. */
        private ByteBuf connect(ChannelHandlerContext context) {
            boolean session = options.qos() == 2;
            FleetOptions.Login login = options.login();
            ByteBuf body = context.alloc().buffer();
            body.writeShort(4).writeBytes("MQTT".getBytes(UTF_8)).writeByte(options.mqtt5() ? 5 : 4);
            body.writeByte((session ? 0 : CLEAN_START) | (login == null ? 0 : USERNAME_AND_PASSWORD));
            body.writeShort(KEEP_ALIVE_SECONDS);
            if (options.mqtt5()) {
                body.writeByte(5).writeByte(0x11).writeInt(session ? SESSION_SECONDS : 0);
            }
            writeText(body, options.clientPrefix() + number);
            if (login != null) {
                writeText(body, login.username());
                writeText(body, login.password());
            }
            ByteBuf out = context.alloc().buffer(body.readableBytes() + 5).writeByte(0x10);
            writeVarint(out, body.readableBytes());
            out.writeBytes(body);
            body.release();
            return out;
        }

        private static void writeText(ByteBuf out, String text) {
            byte[] bytes = text.getBytes(UTF_8);
            out.writeShort(bytes.length).writeBytes(bytes);
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
            int at = from + header;
            int reason = length > 2 ? in.getUnsignedByte(at + 2) : 0;
            switch (type) {
                case CONNACK -> connectAcknowledged(context, in.getUnsignedByte(at + 1));
                case PUBACK, PUBCOMP -> publishAcknowledged(context, in.getUnsignedShort(at), reason, type);
                case PUBREC -> received(context, in.getUnsignedShort(at), reason);
                case DISCONNECT -> tally.trouble("DISCONNECT " + hex(length > 0 ? in.getUnsignedByte(at) : 0));
                default -> {
                    // nothing that a publisher has to know
                }
            }
        }

        private void connectAcknowledged(ChannelHandlerContext context, int reason) {
            if (reason != 0) {
                tally.trouble("CONNACK " + hex(reason));
                context.close();
                return;
            }
            channel = context;
            connected = true;
            release(context, lowestUnacknowledged, lowestUnreceived);
            long from = Math.max(lowestUnacknowledged, lowestUnreceived);
            if (next > from) {
                send(context, from, next, DUP);
            }
            publish(context);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) throws Exception {
            super.channelReadComplete(context);
            if (connected) {
                publish(context);
                context.flush(); // releases, if nothing was published
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
            if (connected && !ended) {
                tally.trouble("connection lost");
            }
            connected = false;
            channel = null;
            connectLater();
            super.channelInactive(context);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            tally.trouble(reason(cause));
            context.close();
        }
    }

    /** Packet id of a message. */
    private static int id(long counter) {
        return (int) (counter % IDS) + 1;
    }

    private static String hex(int reason) {
        return "0x%02x".formatted(reason);
    }

    /** Sends PUBREL for messages that the server has. */
    private void release(ChannelHandlerContext context, long from, long to) {
        if (to > from) {
            ByteBuf out = context.alloc().buffer((int) (to - from) * 4);
            for (long counter = from; counter < to; counter++) {
                out.writeByte(PUBREL_HEADER).writeByte(2).writeShort(id(counter));
            }
            context.write(out, context.voidPromise());
        }
    }

    /** PUBREC: the server has the message, or refuses it; released it is in both cases, so that all takes its turn. */
    private void received(ChannelHandlerContext context, int packetId, int reason) {
        long counter = Math.max(lowestUnreceived, lowestUnacknowledged);
        if (counter == next || id(counter) != packetId) {
            misacknowledged(context);
            return;
        }
        refusals[(int) (counter % options.window())] = reason;
        release(context, counter, counter + 1);
        lowestUnreceived = counter + 1;
    }

    /** Acknowledgements must come in the order of the messages; one that does not ends the connection. */
    private void publishAcknowledged(ChannelHandlerContext context, int packetId, int reason, int type) {
        long counter = lowestUnacknowledged;
        boolean expected = type == PUBCOMP ? counter < lowestUnreceived : options.qos() == 1 && counter < next;
        if (!expected || id(counter) != packetId) {
            misacknowledged(context);
            return;
        }
        done(counter, type == PUBCOMP ? refusals[(int) (counter % options.window())] : reason);
    }

    private void misacknowledged(ChannelHandlerContext context) {
        ledger.misacknowledged(number);
        context.close();
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    private void done(long counter, int reason) {
        if (reason < FAILURE) {
            ledger.acknowledged(number, counter);
            tally.acknowledged(System.nanoTime() - sentNanos[(int) (counter % options.window())]);
            acknowledged++;
        } else {
            ledger.refused(number, counter);
            tally.refused(hex(reason));
        }
        lowestUnacknowledged = counter + 1;
    }
}
