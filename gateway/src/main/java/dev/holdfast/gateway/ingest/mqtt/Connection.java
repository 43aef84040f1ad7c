package dev.holdfast.gateway.ingest.mqtt;

import dev.holdfast.gateway.time.Clock;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device's TCP connection: cuts the stream into packets, holds back reading when there is a reason to, watches the
 * time, and ends. What the packets mean is for {@link Protocol}.
 *
 * <p>Memory: a packet that is too large is refused when its length has come in, before any of its bytes are kept. Of a
 * packet that is allowed, only what has arrived is kept. While reading is held back, at most one read is kept, and a little to see whether the
 * client is still there.
 *
 * <p>All methods are called on the connection's event loop, unless they say otherwise.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails to be written or closed ends the channel, which is noticed
final class Connection extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    /** Before CONNECT is accepted nobody has a reason to send more than this. */
    private static final int MAX_FIRST_PACKET_BYTES = 64 << 10;

    /** How long a client has to read why it is sent away. */
    private static final int LINGER_MILLIS = 500;

    /** How long a client has to take its last answers from us. */
    private static final int LAST_WRITE_MILLIS = 5_000;

    private static final int MAX_FIXED_HEADER_BYTES = 5;

    /** While reading is held back, no more is read to see whether the client is there when so much is unread. */
    private static final int MAX_LOOK_BYTES = 16 << 10;

    /** Reasons to hold back reading. */
    private static final int HOLD_CONNECTING = 1;

    private static final int HOLD_NO_ROOM = 1 << 1;
    private static final int HOLD_UNREAD_ANSWERS = 1 << 2;
    private static final int HOLD_ENDING = 1 << 3;

    private final Loop loop;
    private final FrontDoorOptions options;
    private final Clock clock;
    private final FrontDoorStats stats;
    private final Protocol protocol;

    private @Nullable ChannelHandlerContext ctx;
    private @Nullable ByteBuf unread;
    private int unreadCounted;

    /** Bytes of the packet of which a part has come in. */
    private int expectedBytes;

    private int holds;
    private boolean parsing;
    private long lastReadNanos;
    private long idleLimitNanos;
    private @Nullable Future<?> idleTimer;
    private boolean ended;

    Connection(Loop loop, FrontDoorOptions options, Clock clock, FrontDoorStats stats, Protocol.Context context) {
        this.loop = loop;
        this.options = options;
        this.clock = clock;
        this.stats = stats;
        this.protocol = new Protocol(this, context);
    }

    Loop loop() {
        return loop;
    }

    // --- life ---------------------------------------------------------------------------------------------------

    @Override
    public void channelActive(ChannelHandlerContext context) {
        ctx = context;
        stats.opened();
        lastReadNanos = clock.nanoTime();
        limitIdleTime(options.connectTimeout().toNanos());
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end();
        stats.closed();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof MqttException refused) {
            refuse(refused);
        } else if (cause instanceof IOException) {
            LOG.debug("connection lost client={} why=\"{}\"", protocol.describe(), cause.getMessage());
            close();
        } else {
            LOG.error("connection ended by an error of our own client={}", protocol.describe(), cause);
            close();
        }
    }

    /** Ends the connection and tells the client why. */
    void refuse(MqttException refused) {
        stats.countBadPacket();
        LOG.info(
                "connection ended client={} reason=0x{} why=\"{}\"",
                protocol.describe(),
                Integer.toHexString(refused.reasonCode()),
                refused.getMessage());
        protocol.sayWhy(refused);
        close();
    }

    /** Another connection has claimed the client id. */
    void takenOver() {
        protocol.takenOver();
    }

    /** Takes no more packets, and ends once everything that was taken is acknowledged. */
    void drain() {
        protocol.drain();
    }

    /**
     * Ends the connection: the protocol winds up now, and what was written leaves. The channel closes a moment later, and
     * what still comes in is thrown away: closing with unread bytes would reset the connection, and the client would not
     * read why.
     */
    void close() {
        if (ended) {
            return;
        }
        holds |= HOLD_ENDING;
        end();
        Channel channel = channel();
        Future<?> givingUp = loop.eventLoop().schedule(() -> channel.close(), LAST_WRITE_MILLIS, TimeUnit.MILLISECONDS);
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            givingUp.cancel(false);
            if (written.isSuccess() && channel instanceof DuplexChannel duplex) {
                duplex.shutdownOutput();
                channel.config().setAutoRead(true);
                loop.eventLoop().schedule(() -> channel.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
            } else {
                channel.close();
            }
        });
    }

    private void end() {
        if (!ended) {
            ended = true;
            Future<?> timer = idleTimer;
            if (timer != null) {
                timer.cancel(false);
            }
            ByteBuf rest = unread;
            unread = null;
            if (rest != null) {
                rest.release();
            }
            countUnread();
            if (loop.stopWaiting(this)) {
                stats.changeHeldBack(-1);
            }
            protocol.ended();
        }
    }

    // --- reading ------------------------------------------------------------------------------------------------

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf arrived = (ByteBuf) message;
        if (ended) {
            arrived.release();
            return;
        }
        if (protocol.isConnected()) { // CONNECT must be complete in its time, however it trickles in
            lastReadNanos = clock.nanoTime();
        }
        ByteBuf before = unread;
        if (before == null) {
            unread = arrived;
        } else {
            unread = joined(context, before, arrived);
        }
        parse();
        countUnread();
    }

    /** Keeps account of what waits for the rest of its packet. */
    private void countUnread() {
        ByteBuf rest = unread;
        int bytes = rest == null ? 0 : rest.capacity();
        if (bytes != unreadCounted) {
            loop.memory().change(bytes - unreadCounted);
            unreadCounted = bytes;
        }
    }

    /** Puts together what was not read yet and what has arrived. Grows with what is unread, not with what was read. */
    private ByteBuf joined(ChannelHandlerContext context, ByteBuf before, ByteBuf arrived) {
        try {
            int wanted = before.readableBytes() + arrived.readableBytes();
            if (before.refCnt() == 1 && !before.isReadOnly() && before.capacity() >= wanted) {
                if (before.writableBytes() < arrived.readableBytes()) {
                    before.discardReadBytes();
                }
                return before.writeBytes(arrived);
            }
            ByteBuf larger =
                    context.alloc().buffer(Math.max(wanted, Math.min(before.readableBytes() * 2, expectedBytes)));
            larger.writeBytes(before).writeBytes(arrived);
            before.release();
            return larger;
        } finally {
            arrived.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        protocol.submit();
        context.flush();
    }

    private void parse() {
        if (parsing) {
            return;
        }
        parsing = true;
        try {
            ByteBuf in = unread;
            while (in != null && holds == 0 && readPacket(in)) {
                in = unread;
            }
        } finally {
            parsing = false;
        }
        ByteBuf rest = unread;
        if (rest != null && !rest.isReadable()) {
            rest.release();
            unread = null;
        }
    }

    /** Reads one packet, if all of it is there. */
    private boolean readPacket(ByteBuf in) {
        int from = in.readerIndex();
        int available = in.readableBytes();
        if (available < 2) {
            return false;
        }
        int first = in.getUnsignedByte(from);
        int length = 0;
        int headerBytes = 1;
        int b;
        do {
            if (headerBytes == MAX_FIXED_HEADER_BYTES) {
                throw MqttException.malformed("the remaining length has more than 4 bytes");
            }
            if (headerBytes == available) {
                return false;
            }
            b = in.getUnsignedByte(from + headerBytes);
            length |= (b & 0x7f) << (7 * (headerBytes - 1));
            headerBytes++;
        } while ((b & 0x80) != 0);
        if (b == 0 && headerBytes > 2) {
            throw MqttException.malformed("the remaining length is not encoded in the fewest bytes");
        }
        int packetBytes = headerBytes + length;
        int type = first >>> 4;
        protocol.checkHeader(type, first & 0xf);
        int limit = protocol.isConnected() ? options.maxPacketBytes() : MAX_FIRST_PACKET_BYTES;
        if (packetBytes > limit) {
            throw new MqttException(
                    ReasonCode.PACKET_TOO_LARGE, "a packet of " + packetBytes + " bytes, the limit is " + limit);
        }
        if (available < packetBytes) {
            if (!loop.memory().hasRoomFor(packetBytes)) {
                throw new MqttException(
                        ReasonCode.QUOTA_EXCEEDED,
                        "too many large packets are under way at once for one of " + packetBytes + " bytes");
            }
            expectedBytes = packetBytes;
            return false;
        }
        loop.packetReader().reset(in, from + headerBytes, from + packetBytes);
        in.readerIndex(from + packetBytes);
        if (!protocol.read(type, first & 0xf)) {
            in.readerIndex(from); // nothing of it was taken
            holdForRoom();
            return false;
        }
        return true;
    }

    /** How many bytes have come in that were not read yet. */
    int unreadBytes() {
        ByteBuf rest = unread;
        return rest == null ? 0 : rest.readableBytes();
    }

    // --- holding back -------------------------------------------------------------------------------------------

    private void hold(int reason) {
        holds |= reason;
        channel().config().setAutoRead(false);
    }

    private void letGo(int reason) {
        if ((holds & reason) == 0) {
            return;
        }
        holds &= ~reason;
        if (holds == 0) {
            lastReadNanos = clock.nanoTime();
            channel().config().setAutoRead(true);
            parseAgain();
        }
    }

    private void parseAgain() {
        guard(connection -> {
            parse();
            countUnread();
            protocol.submit();
            flush();
        });
    }

    /** Does something with the connection outside of its pipeline. What goes wrong ends it, and never another one. */
    void guard(Consumer<Connection> action) {
        try {
            action.accept(this);
        } catch (Throwable e) {
            ChannelHandlerContext context = ctx;
            if (context != null) {
                exceptionCaught(context, e);
            }
        }
    }

    /** Stops reading until the session has begun. */
    void holdWhileConnecting() {
        hold(HOLD_CONNECTING);
    }

    /** Goes on reading after the session has begun. */
    void connected() {
        letGo(HOLD_CONNECTING);
    }

    /** Stops reading for good. */
    void stopReading() {
        hold(HOLD_ENDING);
    }

    /** Stops reading until the journal has room. */
    void holdForRoom() {
        if ((holds & HOLD_NO_ROOM) == 0) {
            hold(HOLD_NO_ROOM);
            loop.waitForRoom(this);
            stats.changeHeldBack(1);
        }
    }

    /** There is room in the journal. */
    void roomAgain() {
        stats.changeHeldBack(-1);
        letGo(HOLD_NO_ROOM);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (ended) {
            return;
        }
        if (context.channel().isWritable()) {
            letGo(HOLD_UNREAD_ANSWERS);
        } else {
            hold(HOLD_UNREAD_ANSWERS);
        }
    }

    // --- time ---------------------------------------------------------------------------------------------------

    /** Ends the connection when nothing comes in for so long; 0 for no limit. Held back reading does not count. */
    void limitIdleTime(long nanos) {
        idleLimitNanos = nanos;
        Future<?> timer = idleTimer;
        if (timer != null) {
            timer.cancel(false);
        }
        idleTimer = nanos == 0 ? null : loop.eventLoop().schedule(this::checkIdle, nanos, TimeUnit.NANOSECONDS);
    }

    private void checkIdle() {
        if (ended) {
            return;
        }
        long idle = clock.nanoTime() - lastReadNanos;
        boolean waitsForUs = (holds & ~HOLD_UNREAD_ANSWERS) != 0;
        if (idle >= idleLimitNanos && !waitsForUs) {
            refuse(new MqttException(ReasonCode.KEEP_ALIVE_TIMEOUT, "nothing came in for " + idle / 1_000_000 + " ms"));
            return;
        }
        lookWhetherItIsThere();
        long wait = waitsForUs ? idleLimitNanos : idleLimitNanos - idle;
        idleTimer = loop.eventLoop().schedule(this::checkIdle, wait, TimeUnit.NANOSECONDS);
    }

    /**
     * Where reading is held back for long, nobody would notice that the client has gone, and its connection would stay: so
     * now and then a little is read all the same, and kept.
     */
    private void lookWhetherItIsThere() {
        ChannelHandlerContext context = ctx;
        if (context != null && (holds & HOLD_NO_ROOM) != 0 && unreadBytes() < MAX_LOOK_BYTES) {
            context.read();
        }
    }

    // --- writing ------------------------------------------------------------------------------------------------

    /** Writes a packet; it leaves with the next {@link #flush}. */
    void write(ByteBuf packet) {
        ChannelHandlerContext context = ctx;
        if (context == null || ended) {
            packet.release();
        } else {
            context.write(packet, context.voidPromise());
        }
    }

    void flush() {
        ChannelHandlerContext context = ctx;
        if (context != null) {
            context.flush();
        }
    }

    /** What was handed in with these acknowledgements is durable; false when there is nobody to have them any more. */
    boolean durable(AckBatch batch) {
        if (ended) {
            return false;
        }
        protocol.durable(batch);
        return true;
    }

    Channel channel() {
        ChannelHandlerContext context = ctx;
        if (context == null) {
            throw new IllegalStateException("the connection is not open yet");
        }
        return context.channel();
    }
}
