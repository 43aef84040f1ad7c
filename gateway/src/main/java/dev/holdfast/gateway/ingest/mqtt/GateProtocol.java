package dev.holdfast.gateway.ingest.mqtt;

import dev.holdfast.gateway.journal.Append;
import dev.holdfast.gateway.journal.Origin;
import dev.holdfast.gateway.text.Text;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.util.concurrent.Future;
import java.nio.channels.UnresolvedAddressException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A device's connection through a gate: all that it and the broker say to each other is passed on as it is, except that the
 * broker's PUBACK or PUBREC for a message is held until the message is durable here.
 *
 * <pre>
 *   NEW ─CONNECT─▶ KNOCKING ─may come in─▶ REACHING ─broker is there─▶ WAITING ─its CONNACK─▶ CLAIMING ─client id is
 *   ours, session durable─▶ CONNECTED ─broker has gone─▶ LEAVING                     all of them ──▶ ENDED
 * </pre>
 *
 * <p>The broker owns the session: when it knows none, the packet ids held for it here are dropped durably before the device
 * is told so. What becomes of messages is for {@link GateMessages}.
 *
 * <p><b>How it fails.</b> When the broker can't be reached, the device is refused as by a broker that is not available.
 * When the broker closes, what it had answered is still made durable and acknowledged, for a bounded time, before the
 * device's connection ends. When the gateway is killed, the device has no acknowledgement for what is not durable, and
 * sends it again to both.
 */
@SuppressWarnings("FutureReturnValueIgnored") // timers that end with the connection
final class GateProtocol implements Conversation {

    private static final int CONNACK_SECONDS = 10;
    private static final int LEAVING_SECONDS = 5;
    private static final long SAME_EXPIRY = -1;

    /** Keeps the sessions of a broker's clients apart from those of our own: no client id has such a character. */
    private static final String SESSION_PREFIX = "\0";

    private enum State {
        NEW,
        KNOCKING,
        REACHING,
        WAITING,
        CLAIMING,
        CONNECTED,
        LEAVING,
        ENDED
    }

    private final Connection connection;
    private final Protocol.Context context;
    private final Broker broker;
    private final PacketReader in;
    private final PropertyReader properties;
    private final Collector collector;
    private final Claim claim;
    private final BrokerLink link;
    private final GateMessages messages;

    private State state = State.NEW;
    private int version = Protocol.UNKNOWN_VERSION;
    private String clientId = "";
    private long maximumPacketSize = Integer.MAX_VALUE;
    private int aliasMaximum;
    private int keepAliveSeconds;
    private boolean granted;
    private boolean draining;
    private Doorkeeper.Grant grant = topic -> false;
    private @Nullable String user;
    private @Nullable Session session;
    private @Nullable ByteBuf connect;

    /** What the broker is asked, until it has answered. */
    private @Nullable ConnectPacket expected;

    private @Nullable Future<?> timer;

    GateProtocol(Connection connection, Protocol.Context context, Broker broker) {
        this.connection = connection;
        this.context = context;
        this.broker = broker;
        this.in = connection.loop().packetReader();
        this.properties = connection.loop().propertyReader();
        this.collector = new Collector(connection, context);
        this.claim = new Claim(connection);
        this.link = new BrokerLink(this, connection);
        this.messages = new GateMessages(connection, context, broker, link, collector);
    }

    @Override
    public boolean isConnected() {
        return state == State.CONNECTED;
    }

    @Override
    public String describe() {
        return clientId.isEmpty() ? connection.channel().remoteAddress() + "" : '"' + Printable.of(clientId) + '"';
    }

    // --- packets of the device ----------------------------------------------------------------------------------

    @Override
    public void checkHeader(int type, int flags) {
        if (state == State.NEW && (type != PacketType.CONNECT || flags != 0)) {
            throw MqttException.protocolError("the first packet is not CONNECT");
        }
        if (type == 0) {
            throw MqttException.malformed("packet type 0 is reserved");
        }
        if (type == PacketType.PUBLISH) {
            Protocol.checkPublishFlags(flags);
        }
    }

    @Override
    public boolean read(int type, int flags) {
        if (type == PacketType.CONNECT) {
            readConnect();
            return true;
        }
        if (state == State.WAITING && type != PacketType.AUTH && type != PacketType.DISCONNECT) {
            throw MqttException.protocolError("packet type " + type + " comes before the authentication is over");
        }
        if (type == PacketType.PUBLISH) {
            GateMessages.Fate fate = messages.read(flags);
            if (fate == GateMessages.Fate.PASS_ON) {
                passOn();
            }
            return fate != GateMessages.Fate.WAIT;
        }
        passOn();
        if (type == PacketType.DISCONNECT) {
            readDisconnect();
        }
        return true;
    }

    /** Passes the packet on that is being read. */
    private void passOn() {
        int from = connection.packetFrom();
        link.write(in.buffer(), from, in.end() - from);
        if (!link.isWritable()) {
            connection.holdForBroker();
        }
    }

    // --- CONNECT ------------------------------------------------------------------------------------------------

    private void readConnect() {
        if (state != State.NEW) {
            throw MqttException.protocolError("there is a second CONNECT");
        }
        String protocol = in.readString("the protocol name");
        version = in.readByte("the protocol level");
        ConnectPacket.checkVersion(protocol, version);
        ConnectPacket packet = ConnectPacket.read(
                version, in, properties, context.options().limits().messages());
        maximumPacketSize = packet.maximumPacketSize();
        keepAliveSeconds = packet.keepAliveSeconds();
        clientId = packet.chooseClientId();
        int from = connection.packetFrom();
        connect = in.buffer().copy(from, in.end() - from);
        state = State.KNOCKING;
        connection.holdWhileConnecting();
        new Entrance(connection, context.doorkeeper())
                .knock(packet, () -> state == State.KNOCKING, user -> enter(packet, user));
    }

    /** The client may come in, if the broker lets it. */
    private void enter(ConnectPacket packet, @Nullable String user) {
        this.user = user;
        grant = context.doorkeeper().grant(user, clientId);
        Will wish = packet.will();
        if (wish != null && !grant.allows(wish.topic())) {
            throw MqttException.beyond(Limit.PUBLISH_RULES, "it may not publish its will there");
        }
        state = State.REACHING;
        timer = connection
                .loop()
                .eventLoop()
                .schedule(() -> connection.guard(unused -> giveUp()), CONNACK_SECONDS, TimeUnit.SECONDS);
        broker.connect(
                connection,
                context.handshakes(),
                link,
                future -> future.addListener(done -> onLoop(() -> reached(packet, (ChannelFuture) done))));
    }

    /** A connection for which there is no descriptor fails on a thread of Netty's own. */
    private void onLoop(Runnable task) {
        if (connection.loop().eventLoop().inEventLoop()) {
            connection.guard(unused -> task.run());
        } else {
            connection.loop().execute(() -> connection.guard(unused -> task.run()));
        }
    }

    private void reached(ConnectPacket packet, ChannelFuture future) {
        if (state != State.REACHING) {
            future.channel().close();
            return;
        }
        Throwable failure = future.cause();
        if (failure != null) {
            String why = failure instanceof UnresolvedAddressException
                    ? "its host name is not known here"
                    : Text.reason(failure);
            throw unavailable("the broker " + broker.url() + " can't be reached: " + why);
        }
        state = State.WAITING;
        expected = packet;
        sendConnect();
        if (packet.enhancedAuthentication()) {
            connection.connected(); // its AUTH packets are to be passed on
        }
    }

    private void sendConnect() {
        ByteBuf bytes = connect;
        connect = null;
        if (bytes != null) {
            link.write(bytes, bytes.readerIndex(), bytes.readableBytes());
            bytes.release();
            link.flush();
        }
    }

    private void giveUp() {
        if (state == State.REACHING || state == State.WAITING) {
            throw unavailable("the broker " + broker.url() + " does not answer");
        }
    }

    private static MqttException unavailable(String why) {
        return new MqttException(ReasonCode.SERVER_UNAVAILABLE, why);
    }

    // --- packets of the broker ----------------------------------------------------------------------------------

    /** A packet of the broker that is not just passed on; it lies there from its fixed header to its end. */
    void fromBroker(int type, ByteBuf bytes, int from, int to) {
        int body = from + 1;
        while ((bytes.getByte(body++) & 0x80) != 0) {
            // the remaining length
        }
        if (to - body < 2) {
            throw MqttException.malformed("the broker sends packet type " + type + " with less than 2 bytes");
        }
        if (type == PacketType.CONNACK) {
            readConnack(bytes, from, body, to);
        } else {
            messages.answered(type, bytes, from, body, to);
        }
    }

    private void readConnack(ByteBuf bytes, int from, int body, int to) {
        ConnectPacket packet = expected;
        if (state != State.WAITING || packet == null) {
            throw MqttException.protocolError("the broker sends a second CONNACK");
        }
        boolean present = (bytes.getByte(body) & 1) != 0;
        if (bytes.getByte(body + 1) != 0) {
            connection.write(bytes.copy(from, to - from));
            connection.flush();
            connection.close();
            return;
        }
        expected = null;
        cancelTimer();
        Terms terms = packet.isMqtt5()
                ? readTerms(bytes, body, to, packet.sessionExpirySeconds())
                : new Terms(packet.sessionExpirySeconds(), bytes.copy(from, to - from));
        connection.holdWhileConnecting();
        link.hold();
        state = State.CLAIMING;
        Claim before = context.sessions().claim(sessionKey(), claim);
        if (before == null) {
            connection.guard(unused -> begin(present, terms)); // what it refuses is not the broker's fault
        } else {
            before.yieldTo(() -> connection.loop().execute(() -> connection.guard(unused -> begin(present, terms))));
        }
    }

    /** What the broker grants: the session's expiry, and CONNACK as the device is to have it. */
    private record Terms(long expirySeconds, ByteBuf connack) {}

    private Terms readTerms(ByteBuf bytes, int body, int to, long askedExpiry) {
        in.reset(bytes, body + 2, to);
        properties.begin(PropertyReader.OF_CONNACK);
        ByteBuf kept = allocator().buffer(to - body);
        int most = connection.listener().maxPacketBytes();
        long expiry = askedExpiry;
        try {
            for (int property = properties.next(); property != PropertyReader.END; property = properties.next()) {
                switch (property) {
                    case PropertyReader.SESSION_EXPIRY_INTERVAL -> expiry = properties.number();
                    case PropertyReader.TOPIC_ALIAS_MAXIMUM ->
                        aliasMaximum = (int) Math.min(
                                properties.number(),
                                context.options().limits().messages().topicAliasMaximum());
                    case PropertyReader.SERVER_KEEP_ALIVE -> keepAliveSeconds = (int) properties.number();
                    case PropertyReader.ASSIGNED_CLIENT_IDENTIFIER -> {
                        clientId = properties.text();
                        grant = context.doorkeeper().grant(user, clientId);
                    }
                    case PropertyReader.MAXIMUM_PACKET_SIZE -> most = (int) Math.min(most, properties.number());
                    default -> {
                        // for the device
                    }
                }
                if (property == PropertyReader.TOPIC_ALIAS_MAXIMUM) {
                    kept.writeByte(PropertyReader.TOPIC_ALIAS_MAXIMUM).writeShort(aliasMaximum);
                } else if (property != PropertyReader.MAXIMUM_PACKET_SIZE) {
                    kept.writeBytes(bytes, properties.start(), in.position() - properties.start());
                }
            }
        } catch (MqttException e) {
            kept.release();
            throw e;
        }
        kept.writeByte(PropertyReader.MAXIMUM_PACKET_SIZE).writeInt(most);
        boolean present = (bytes.getByte(body) & 1) != 0;
        return new Terms(expiry, Packets.connectAcknowledgement5(allocator(), present, ReasonCode.SUCCESS, kept));
    }

    /** The client id is ours. */
    private void begin(boolean present, Terms terms) {
        granted = true;
        if (state != State.CLAIMING) {
            terms.connack().release();
            if (state == State.ENDED) {
                context.sessions().release(sessionKey(), claim);
            }
            return;
        }
        Sessions.Begun begun;
        try {
            begun = context.sessions().begin(sessionKey(), !present, kept(terms.expirySeconds()));
        } catch (MqttException e) {
            terms.connack().release();
            throw e;
        }
        session = begun.session();
        messages.begin(begun.session(), Origin.gate(clientId), grant, version == ConnectPacket.MQTT_5, aliasMaximum);
        Runnable accepted = () -> connection.guard(unused -> accept(terms.connack()));
        if (begun.mutations().isEmpty()) {
            accepted.run();
        } else {
            Runnable onDurable = () -> connection.loop().execute(accepted);
            context.intake().append(new Append(List.of(), begun.mutations(), onDurable));
        }
    }

    /** What is remembered of a session goes earlier than the broker's: at worst a message is stored twice then. */
    private long kept(long expirySeconds) {
        return context.options().limits().sessions().kept(expirySeconds);
    }

    private void accept(ByteBuf connack) {
        if (state != State.CLAIMING) {
            connack.release();
            return;
        }
        state = State.CONNECTED;
        context.stats().countConnected();
        connection.write(connack);
        connection.flush();
        connection.limitIdleTime(keepAliveSeconds * Protocol.IDLE_NANOS_PER_KEEP_ALIVE_SECOND);
        keepAlive();
        connection.connected();
        link.resume();
    }

    /** While the device is not read, its pings do not reach the broker, which would think it dead. */
    private void keepAlive() {
        if (keepAliveSeconds > 0 && state == State.CONNECTED) {
            timer = connection
                    .loop()
                    .eventLoop()
                    .schedule(
                            () -> connection.guard(unused -> pingForDevice()),
                            keepAliveSeconds * 1_000L / 2,
                            TimeUnit.MILLISECONDS);
        }
    }

    private void pingForDevice() {
        if (connection.isHeldBack() && !link.ping()) {
            brokerFails("it does not answer pings");
        } else {
            keepAlive();
        }
    }

    // --- DISCONNECT and the end ---------------------------------------------------------------------------------

    private void readDisconnect() {
        long expiry = SAME_EXPIRY;
        if (version == ConnectPacket.MQTT_5 && in.remaining() > 0) {
            in.readByte("the reason code");
            if (in.remaining() > 0) {
                expiry = properties.readDisconnect(SAME_EXPIRY);
            }
        }
        Session owned = session;
        SessionRecord record = owned == null ? null : owned.record();
        if (owned != null && record != null && record.expirySeconds() > 0 && expiry != SAME_EXPIRY) {
            owned.setRecord(new SessionRecord(kept(expiry), SessionRecord.CONNECTED), collector.mutations());
        }
        connection.close();
    }

    /** Everything that the broker has sent in one read is seen. */
    void brokerRead() {
        if (state != State.ENDED) {
            collector.submit();
            connection.flush();
        }
    }

    /** The broker's socket takes more. */
    void brokerTakesMore() {
        if (state != State.ENDED && messages.haveRoomAgain()) {
            connection.brokerAgain();
        }
    }

    /** The broker breaks the protocol, or its connection. */
    void brokerFails(String why) {
        brokerGone(why);
        link.close();
    }

    /** There is nobody to talk to any more. */
    void brokerGone(String why) {
        switch (state) {
            case REACHING, WAITING, CLAIMING ->
                connection.guard(unused -> {
                    throw unavailable("the broker " + broker.url() + ": " + why);
                });
            case CONNECTED -> {
                state = State.LEAVING;
                context.log().info("the broker has gone client={} why=\"{}\"", describe(), Printable.of(why));
                connection.stopReading();
                collector.submit();
                leaveWhenDurable();
                connection.loop().eventLoop().schedule(connection::close, LEAVING_SECONDS, TimeUnit.SECONDS);
            }
            default -> {
                // it ends already, or has not begun
            }
        }
    }

    private void leaveWhenDurable() {
        if (collector.isWaiting()) {
            return;
        }
        if (draining) {
            sendAway(ReasonCode.SERVER_SHUTTING_DOWN, "the gateway is shutting down");
        } else {
            connection.close();
        }
    }

    @Override
    public void submit() {
        link.flush();
        collector.submit();
    }

    @Override
    public void durable(AckBatch acks) {
        collector.durable(acks);
        if (state == State.LEAVING) {
            leaveWhenDurable();
        }
    }

    @Override
    public void drain() {
        if (state == State.ENDED) {
            return;
        }
        draining = true;
        connection.stopReading();
        collector.submit();
        if (state == State.CONNECTED) {
            link.disconnect(); // the device is well, it is the gateway that goes
        }
        state = state == State.CONNECTED ? State.LEAVING : state;
        leaveWhenDurable();
    }

    @Override
    public void takenOver() {
        if (state != State.ENDED) {
            sendAway(ReasonCode.SESSION_TAKEN_OVER, "another connection has this client identifier");
        }
    }

    private void sendAway(int reasonCode, String why) {
        sayWhy(new MqttException(reasonCode, why));
        connection.close();
    }

    /** Its packets are read all the same: it may be one that reads only when all it has to say is said. */
    @Override
    public void clientTakes(boolean takes) {
        link.takeMore(takes);
    }

    @Override
    public void sayWhy(MqttException why) {
        boolean connected = state == State.CONNECTED || state == State.LEAVING;
        ByteBuf packet = Packets.farewell(allocator(), version, connected, why, maximumPacketSize);
        if (packet != null) {
            connection.write(packet);
        }
    }

    @Override
    public void ended() {
        state = State.ENDED;
        cancelTimer();
        try {
            collector.submit();
            link.close();
        } finally { // without memory for an answer too, what others wait for is given up
            giveUpSession();
        }
    }

    private void giveUpSession() {
        messages.end();
        ByteBuf bytes = connect;
        connect = null;
        if (bytes != null) {
            bytes.release();
        }
        Session owned = session;
        session = null;
        if (owned != null) {
            context.sessions().end(owned, null, connection.loop().eventLoop());
        }
        if (granted) {
            context.sessions().release(sessionKey(), claim);
        }
    }

    private void cancelTimer() {
        Future<?> running = timer;
        if (running != null) {
            running.cancel(false);
        }
    }

    private String sessionKey() {
        return SESSION_PREFIX + clientId;
    }

    private ByteBufAllocator allocator() {
        return connection.channel().alloc();
    }
}
