package dev.holdfast.gateway.ingest.mqtt;

import dev.holdfast.gateway.time.Clock;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device's TCP connection: cuts the stream into packets, holds back reading when there is a reason to, watches the
 * time, and ends. What the packets mean is for its {@link Conversation}.
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
    private static final int HOLD_TOO_FAST = 1 << 4;
    private static final int HOLD_BROKER = 1 << 5;

    /** Of a packet that was begun, so much must come in within the stall timeout. */
    private static final int MIN_PROGRESS_BYTES = 1 << 10;

    private final Loop loop;
    private final Listener listener;
    private final Limits limits;
    private final Clock clock;
    private final FrontDoorStats stats;
    private final Arrivals arrivals;
    private final QuietLog log;
    private final Conversation protocol;
    private final TokenBucket messages;
    private final TokenBucket bytes;

    private Arrivals.@Nullable Place place;
    private @Nullable InetAddress from;
    private @Nullable Limit beyond;
    private @Nullable String certifiedUser;
    private @Nullable ChannelHandlerContext ctx;
    private final Unread unread;

    /** Where the packet begins that is being read. */
    private int packetFrom;

    /** A packet is being written in parts, and others wait until it is whole. */
    private boolean writingParts;

    private final Queue<ByteBuf> behindParts = new ArrayDeque<>(0);

    private int holds;
    private boolean parsing;
    private long lastReadNanos;
    private long idleLimitNanos;
    private @Nullable Future<?> idleTimer;
    private boolean ended;

    // to notice a packet that does not go on
    private @Nullable Future<?> stallTimer;
    private long packets;
    private long watchedPacket;
    private int watchedBytes;

    Connection(Loop loop, Listener listener, Clock clock, Protocol.Context context) {
        this.loop = loop;
        this.listener = listener;
        this.limits = context.options().limits();
        this.clock = clock;
        this.stats = context.stats();
        this.arrivals = context.arrivals();
        this.log = context.log();
        this.unread = new Unread(loop.memory());
        Broker broker = listener.broker();
        this.protocol = broker == null ? new Protocol(this, context) : new GateProtocol(this, context, broker);
        this.messages = new TokenBucket(limits.rate().messagesPerSecond(), clock.nanoTime());
        this.bytes = new TokenBucket(limits.rate().bytesPerSecond(), clock.nanoTime());
    }

    Listener listener() {
        return listener;
    }

    /** Where the client is; null when it is on this machine and has no address, or when it is not known yet. */
    @Nullable
    InetAddress from() {
        return from;
    }

    /** The limit for which this connection is one too many, null when it may stay. */
    @Nullable
    Limit beyond() {
        return beyond;
    }

    /** Whom the client's certificate names, null without one. */
    @Nullable
    String certifiedUser() {
        return certifiedUser;
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
        limitIdleTime(limits.connections().connectTimeout().toNanos());
        Arrivals.Place taken = arrivals.enter(listener.tls() != null);
        place = taken;
        beyond = taken.beyond();
        if (!taken.tellable()) {
            stats.count(beyond);
            context.close();
        } else if (!listener.proxyProtocol() && context.channel().remoteAddress() instanceof InetSocketAddress peer) {
            comesFrom(peer.getAddress());
        }
    }

    /** The client's address is known. */
    void comesFrom(InetAddress address) {
        from = address;
        if (!arrivals.enter(address) && beyond == null) {
            beyond = Limit.CONNECTIONS_PER_ADDRESS;
        }
    }

    /** The client has proven by a certificate who it is. */
    void certified(String user) {
        certifiedUser = user;
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end();
        stats.closed();
        Arrivals.Place taken = place;
        if (taken != null) {
            arrivals.leave(taken);
        }
        InetAddress address = from;
        if (address != null) {
            arrivals.leave(address);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof MqttException refused) {
            refuse(refused);
        } else if (cause instanceof IOException) {
            LOG.debug("connection lost client={} why=\"{}\"", protocol.describe(), cause.getMessage());
            close();
        } else if (cause instanceof DecoderException) { // TLS, HTTP, WebSocket, PROXY protocol
            stats.countBadPacket();
            log.info(
                    "connection ended client={} listener={} why=\"{}\"",
                    protocol.describe(),
                    listener.scheme(),
                    Printable.of(String.valueOf(cause.getMessage())));
            end();
            context.close();
        } else {
            LOG.error("connection ended by an error of our own client={}", protocol.describe(), cause);
            close();
        }
    }

    /** Ends the connection and tells the client why. */
    void refuse(MqttException refused) {
        if (refused.limit() == null) {
            stats.countBadPacket();
        }
        stats.count(refused.limit());
        log.info(
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
                Goodbye.say(channel.pipeline(), duplex);
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
            Future<?> stall = stallTimer;
            if (stall != null) {
                stall.cancel(false);
            }
            unread.release();
            behindParts.forEach(ByteBuf::release);
            behindParts.clear();
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
        unread.add(context.alloc(), arrived);
        parse();
        unread.count();
        watchPartialPacket();
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
            ByteBuf in = unread.bytes();
            while (in != null && holds == 0 && readPacket(in)) {
                in = unread.bytes();
            }
        } finally {
            parsing = false;
        }
        unread.tidy();
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
        checkSize(packetBytes);
        if (available < packetBytes) {
            if (!unread.expect(packetBytes)) {
                throw MqttException.beyond(
                        Limit.PARTIAL_PACKETS,
                        "too many large packets are under way at once for one of " + packetBytes + " bytes");
            }
            return false;
        }
        packetFrom = from;
        loop.packetReader().reset(in, from + headerBytes, from + packetBytes);
        in.readerIndex(from + packetBytes);
        if (!protocol.read(type, first & 0xf)) {
            in.readerIndex(from); // nothing of it was taken
            holdForRoom();
            return false;
        }
        packets++;
        slowDown(packetBytes);
        return true;
    }

    private void checkSize(int packetBytes) {
        boolean first = !protocol.isConnected();
        int most = first ? limits.connections().connectBytes() : listener.maxPacketBytes();
        if (packetBytes > most) {
            throw MqttException.beyond(
                    first ? Limit.CONNECT_BYTES : Limit.MAX_PACKET,
                    "a packet of " + packetBytes + " bytes, the limit is " + most);
        }
    }

    /** Where the packet begins that is being read, fixed header included. */
    int packetFrom() {
        return packetFrom;
    }

    /** How many bytes have come in that were not read yet. */
    int unreadBytes() {
        return unread.size();
    }

    // --- too slow, too fast -------------------------------------------------------------------------------------

    /** Sees to it that a packet that was begun goes on. One timer at a time: what is seen last may have twice the time. */
    private void watchPartialPacket() {
        if (stallTimer == null && unreadBytes() > 0 && holds == 0 && protocol.isConnected()) {
            watchedPacket = packets;
            watchedBytes = unreadBytes();
            long nanos = limits.connections().stallTimeout().toNanos();
            stallTimer = loop.eventLoop().schedule(this::checkPartialPacket, nanos, TimeUnit.NANOSECONDS);
        }
    }

    private void checkPartialPacket() {
        stallTimer = null;
        boolean same = packets == watchedPacket && unreadBytes() > 0 && holds == 0;
        if (same && unreadBytes() - watchedBytes < MIN_PROGRESS_BYTES) {
            refuse(MqttException.beyond(Limit.STALL_TIMEOUT, "a packet was begun and does not go on"));
        } else {
            watchPartialPacket();
        }
    }

    /** Reads on later when the client sends more than it may. */
    private void slowDown(int packetBytes) {
        if (limits.rate().isUnlimited() || ended) {
            return;
        }
        long now = clock.nanoTime();
        long forMessages = messages.take(1, now);
        long forBytes = bytes.take(packetBytes, now);
        long wait = Math.max(forMessages, forBytes);
        if (wait > 0 && (holds & HOLD_TOO_FAST) == 0) {
            stats.count(forMessages >= forBytes ? Limit.MESSAGE_RATE : Limit.BYTE_RATE);
            hold(HOLD_TOO_FAST);
            loop.eventLoop().schedule(() -> letGo(HOLD_TOO_FAST), wait, TimeUnit.NANOSECONDS);
        }
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
            watchedPacket = -1; // it was not the client that waited
            lastReadNanos = clock.nanoTime();
            channel().config().setAutoRead(true);
            parseAgain();
        }
    }

    private void parseAgain() {
        guard(connection -> {
            parse();
            unread.count();
            watchPartialPacket();
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
        if ((holds & HOLD_NO_ROOM) == 0 && !ended) { // what it handed in at its end may have filled the journal
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

    /** Stops reading until the broker behind the gate has taken more. */
    void holdForBroker() {
        hold(HOLD_BROKER);
    }

    /** The broker has. */
    void brokerAgain() {
        letGo(HOLD_BROKER);
    }

    /** Whether something keeps the client's packets from being read. */
    boolean isHeldBack() {
        return holds != 0;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (ended) {
            return;
        }
        boolean takes = context.channel().isWritable();
        protocol.clientTakes(takes);
        if (takes) {
            letGo(HOLD_UNREAD_ANSWERS);
        }
    }

    /** Stops reading while the client leaves so much of what was written to it that no more should be. */
    void holdUntilTaken() {
        if (!ended && !channel().isWritable()) {
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
            String why = "nothing came in for " + idle / 1_000_000 + " ms";
            refuse(
                    protocol.isConnected()
                            ? new MqttException(ReasonCode.KEEP_ALIVE_TIMEOUT, why)
                            : MqttException.beyond(Limit.CONNECT_TIMEOUT, why));
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
        if (context != null && (holds & (HOLD_NO_ROOM | HOLD_BROKER)) != 0 && unreadBytes() < MAX_LOOK_BYTES) {
            context.read();
        }
    }

    // --- writing ------------------------------------------------------------------------------------------------

    /** Writes a packet; it leaves with the next {@link #flush}. */
    void write(ByteBuf packet) {
        ChannelHandlerContext context = ctx;
        if (context == null || ended) {
            packet.release();
        } else if (writingParts) {
            behindParts.add(packet);
        } else {
            context.write(packet, context.voidPromise());
        }
    }

    /** Writes what may end within a packet; until that is whole, only further parts are written. */
    void writePart(ByteBuf part, boolean whole) {
        writingParts = false;
        write(part);
        writingParts = !whole;
        for (ByteBuf packet = whole ? behindParts.poll() : null; packet != null; packet = behindParts.poll()) {
            write(packet);
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
