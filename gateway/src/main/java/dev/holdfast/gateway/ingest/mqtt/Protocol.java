package dev.holdfast.gateway.ingest.mqtt;

import dev.holdfast.gateway.journal.Admission;
import dev.holdfast.gateway.journal.Append;
import dev.holdfast.gateway.journal.Intake;
import dev.holdfast.gateway.journal.Origin;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What a device's packets mean, from CONNECT to the end: a small state machine, on the connection's event loop.
 *
 * <pre>
 *   NEW ──CONNECT──▶ KNOCKING ──may come in──▶ CLAIMING ──client id is ours──▶ BEGINNING ──session durable──▶ CONNECTED
 *    └──────────────────┴─────────────────────────┴───────────────────────────────┴──────────────────────────────┴──▶ ENDED
 * </pre>
 *
 * <p><b>QoS 2.</b> The packet id is held in the transaction that stores the message, so PUBREC means both are durable;
 * a PUBLISH with a held id is answered and not stored; PUBREL removes the id durably before PUBCOMP. The held ids in
 * memory run ahead of those on disk, which is safe because appends become durable in order.
 */
final class Protocol implements Conversation {

    private static final String NO_SUBSCRIPTIONS =
            "Holdfast stores and forwards what is published and serves no subscriptions; subscribe upstream";

    /** Before CONNECT has told it. */
    static final int UNKNOWN_VERSION = -1;

    /** Keep alive counts one and a half times, section 3.1.2.10. */
    static final long IDLE_NANOS_PER_KEEP_ALIVE_SECOND = 1_500_000_000L;

    /** A DISCONNECT that does not change the session expiry. */
    private static final long SAME_EXPIRY = -1;

    /** What all connections of a listener share. */
    record Context(
            FrontDoorOptions options,
            Doorkeeper doorkeeper,
            Intake intake,
            Sessions sessions,
            LaneOf laneOf,
            FrontDoorStats stats,
            Arrivals arrivals,
            QuietLog log,
            Executor handshakes) {}

    private enum State {
        NEW,
        KNOCKING,
        CLAIMING,
        BEGINNING,
        CONNECTED,
        ENDED
    }

    private final Connection connection;
    private final Context context;
    private final Limits limits;
    private final PacketReader in;
    private final PropertyReader properties;
    private final PublishReader publish;
    private final SubscriptionReader subscriptions;
    private final Collector collector;
    private final Claim claim;

    private State state = State.NEW;
    private boolean granted;
    private boolean draining;
    private int version = UNKNOWN_VERSION;
    private String clientId = "";
    private Origin origin = Origin.frontDoor("");
    private boolean problemInformation = true;
    private long maximumPacketSize = Integer.MAX_VALUE;
    private Doorkeeper.Grant grant = topic -> false;
    private @Nullable Session session;
    private @Nullable Will will;

    Protocol(Connection connection, Context context) {
        this.connection = connection;
        this.context = context;
        this.limits = context.options().limits();
        this.in = connection.loop().packetReader();
        this.properties = connection.loop().propertyReader();
        this.publish = new PublishReader(connection.loop(), limits.messages());
        this.subscriptions = new SubscriptionReader(connection.loop());
        this.collector = new Collector(connection, context);
        this.claim = new Claim(connection);
    }

    @Override
    public boolean isConnected() {
        return state == State.CONNECTED;
    }

    /** Who this is, for the log. */
    @Override
    public String describe() {
        return clientId.isEmpty() ? connection.channel().remoteAddress() + "" : '"' + Printable.of(clientId) + '"';
    }

    // --- packets ------------------------------------------------------------------------------------------------

    /** Checks the first byte of a packet, section 2.1, as soon as it is there. */
    @Override
    public void checkHeader(int type, int flags) {
        if (state == State.NEW && type != PacketType.CONNECT) {
            throw MqttException.protocolError("the first packet is not CONNECT");
        }
        if (type == 0) {
            throw MqttException.malformed("packet type 0 is reserved");
        }
        if (type == PacketType.PUBLISH) {
            checkPublishFlags(flags);
            return;
        }
        boolean numbered = type == PacketType.PUBREL || type == PacketType.SUBSCRIBE || type == PacketType.UNSUBSCRIBE;
        if (flags != (numbered ? 0b0010 : 0)) {
            throw MqttException.malformed("packet type " + type + " has flags " + flags);
        }
    }

    static void checkPublishFlags(int flags) {
        if ((flags & 0b0110) == 0b0110) {
            throw MqttException.malformed("a PUBLISH has QoS 3");
        }
        if ((flags & 0b1110) == 0b1000) {
            throw MqttException.malformed("a PUBLISH with QoS 0 has the DUP flag");
        }
    }

    /**
     * Reads a packet to which the loop's reader points.
     *
     * @return false when there is no room for it now: it is to be read again, from its beginning, when there is
     */
    @Override
    public boolean read(int type, int flags) {
        if (type == PacketType.PUBLISH) {
            return readPublish(flags);
        }
        readOther(type);
        return true;
    }

    private void readOther(int type) {
        switch (type) {
            case PacketType.CONNECT -> readConnect();
            case PacketType.PUBREL -> readPubRel();
            case PacketType.SUBSCRIBE, PacketType.UNSUBSCRIBE -> refuseSubscriptions(type);
            case PacketType.PINGREQ -> {
                in.expectEnd("PINGREQ");
                connection.write(Packets.pingResponse(allocator()));
            }
            case PacketType.DISCONNECT -> readDisconnect();
            default -> throw MqttException.protocolError("packet type " + type + " is not for a client to send now");
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
        ConnectPacket packet = ConnectPacket.read(version, in, properties, limits.messages());
        packet.requireNoEnhancedAuthentication();
        problemInformation = packet.problemInformation();
        maximumPacketSize = packet.maximumPacketSize();
        clientId = packet.chooseClientId();
        origin = Origin.frontDoor(clientId);
        state = State.KNOCKING;
        connection.holdWhileConnecting();
        new Entrance(connection, context.doorkeeper())
                .knock(packet, () -> state == State.KNOCKING, user -> enter(packet, user));
    }

    /** The client may come in. */
    private void enter(ConnectPacket packet, @Nullable String user) {
        grant = context.doorkeeper().grant(user, clientId);
        Will wish = packet.will();
        if (wish != null && !grant.allows(wish.topic())) {
            throw MqttException.beyond(Limit.PUBLISH_RULES, "it may not publish its will there");
        }
        state = State.CLAIMING;
        Claim before = context.sessions().claim(clientId, claim);
        if (before == null) {
            granted(packet);
        } else {
            before.yieldTo(() -> connection.loop().execute(() -> granted(packet)));
        }
    }

    /** The client id is ours; unless we have gone meanwhile, which passes it on. */
    private void granted(ConnectPacket packet) {
        granted = true;
        if (state == State.ENDED) {
            context.sessions().release(clientId, claim);
            return;
        }
        try {
            begin(packet);
        } catch (MqttException e) {
            connection.refuse(e);
        }
    }

    private void begin(ConnectPacket packet) {
        long expiry = limits.sessions().kept(packet.sessionExpirySeconds());
        Sessions.Begun begun = context.sessions().begin(clientId, packet.cleanStart(), expiry);
        session = begun.session();
        state = State.BEGINNING;
        if (begun.mutations().isEmpty()) {
            accept(packet, begun.present());
        } else {
            Runnable accepted = () -> accept(packet, begun.present());
            Runnable onDurable = () -> connection.loop().execute(accepted);
            context.intake().append(new Append(List.of(), begun.mutations(), onDurable));
        }
    }

    private long maxExpirySeconds() {
        return limits.sessions().maxExpiry().toSeconds();
    }

    private void accept(ConnectPacket packet, boolean sessionPresent) {
        if (state != State.BEGINNING) {
            return;
        }
        state = State.CONNECTED;
        will = packet.will();
        context.stats().countConnected();
        connection.write(
                packet.isMqtt5()
                        ? Packets.connectAcknowledgement5(
                                allocator(), sessionPresent, ReasonCode.SUCCESS, acceptProperties(packet))
                        : Packets.connectAcknowledgement3(allocator(), sessionPresent, 0));
        connection.flush();
        connection.limitIdleTime(packet.keepAliveSeconds() * IDLE_NANOS_PER_KEEP_ALIVE_SECOND);
        connection.connected();
    }

    private ByteBuf acceptProperties(ConnectPacket packet) {
        ByteBuf out = allocator().buffer(64);
        if (packet.sessionExpirySeconds() > maxExpirySeconds()) {
            out.writeByte(PropertyReader.SESSION_EXPIRY_INTERVAL).writeInt((int) maxExpirySeconds());
        }
        if (packet.clientId().isEmpty()) {
            Packets.writeString(out, PropertyReader.ASSIGNED_CLIENT_IDENTIFIER, clientId);
        }
        out.writeByte(PropertyReader.RECEIVE_MAXIMUM)
                .writeShort(limits.messages().receiveMaximum());
        out.writeByte(PropertyReader.MAXIMUM_PACKET_SIZE)
                .writeInt(connection.listener().maxPacketBytes());
        out.writeByte(PropertyReader.TOPIC_ALIAS_MAXIMUM)
                .writeShort(limits.messages().topicAliasMaximum());
        out.writeByte(PropertyReader.WILDCARD_SUBSCRIPTION_AVAILABLE).writeByte(0);
        out.writeByte(PropertyReader.SUBSCRIPTION_IDENTIFIER_AVAILABLE).writeByte(0);
        out.writeByte(PropertyReader.SHARED_SUBSCRIPTION_AVAILABLE).writeByte(0);
        return out;
    }

    // --- PUBLISH and PUBREL -------------------------------------------------------------------------------------

    private boolean readPublish(int flags) {
        publish.read(flags, isMqtt5(), limits.messages().topicAliasMaximum());
        boolean known = publish.qos() == 2 && session().holds(publish.packetId());
        int refusal = known ? ReasonCode.SUCCESS : refusal();
        boolean refused = refusal != ReasonCode.SUCCESS;
        int lane = refused ? 0 : context.laneOf().lane(publish.topic());
        Admission admission = refused || known ? Admission.TAKE : admission(lane);
        if (admission == Admission.WAIT) {
            return false;
        }
        if (publish.qos() > 0 && collector.received() > limits.messages().receiveMaximum() && isMqtt5()) {
            throw MqttException.beyond(
                    Limit.RECEIVE_MAXIMUM,
                    "more than " + limits.messages().receiveMaximum() + " messages are unacknowledged");
        }
        if (refused) {
            refuse(refusal);
        } else if (admission == Admission.REFUSE) {
            context.stats().countRefusedForSpace();
            acknowledgeRefusal(ReasonCode.QUOTA_EXCEEDED);
        } else if (isNew()) {
            collector.add(publish, lane, origin);
        }
        if (!context.intake().hasRoom()) {
            connection.holdForRoom();
        }
        return true;
    }

    /** What its protocol has no way to refuse waits. */
    private Admission admission(int lane) {
        Admission admission = context.intake().admission(lane);
        return admission == Admission.REFUSE && !isMqtt5() && publish.qos() > 0 ? Admission.WAIT : admission;
    }

    /** Notes the acknowledgement that the message earns; false when it is one that was stored before. */
    private boolean isNew() {
        switch (publish.qos()) {
            case 0 -> context.stats().countBestEffort();
            case 1 -> collector.acknowledge(PacketType.PUBACK, publish.packetId(), ReasonCode.SUCCESS);
            default -> {
                collector.acknowledge(PacketType.PUBREC, publish.packetId(), ReasonCode.SUCCESS);
                return hold(publish.packetId());
            }
        }
        return true;
    }

    private boolean hold(int packetId) {
        Session owned = session();
        if (owned.holds(packetId)) {
            return false;
        }
        if (owned.heldCount() >= mostHeldIds()) {
            throw MqttException.beyond(
                    Limit.QOS2_IDS, owned.heldCount() + " QoS 2 messages are not released, there may be no more");
        }
        owned.hold(packetId, collector.mutations());
        return true;
    }

    /** 3.1.1 has no way to tell the Receive Maximum. */
    private int mostHeldIds() {
        int most = limits.messages().heldIds();
        return isMqtt5() ? Math.min(most, limits.messages().receiveMaximum()) : most;
    }

    /** The reason code for which the message that was just read is not taken, or success. */
    private int refusal() {
        if (TopicName.isReserved(publish.topic())) {
            return ReasonCode.TOPIC_NAME_INVALID;
        }
        Limit passed = publish.limitPassed();
        if (passed == null && !grant.allows(publish.topic())) {
            passed = Limit.PUBLISH_RULES;
        }
        context.stats().count(passed);
        return passed == null ? ReasonCode.SUCCESS : passed.reasonCode();
    }

    /** Refuses one message, where there is a way to: else the connection has to go. */
    private void refuse(int reasonCode) {
        context.stats().countRefused();
        if (publish.qos() == 0 || !isMqtt5()) {
            throw new MqttException(reasonCode, publish.whyRefused());
        }
        acknowledgeRefusal(reasonCode);
    }

    /** Says that the message is refused, where there is a way to. */
    private void acknowledgeRefusal(int reasonCode) {
        if (publish.qos() > 0) {
            int type = publish.qos() == 1 ? PacketType.PUBACK : PacketType.PUBREC;
            collector.acknowledge(type, publish.packetId(), reasonCode);
        }
    }

    private void readPubRel() {
        int packetId = in.readPacketId("PUBREL");
        if (isMqtt5() && in.remaining() > 0) {
            int reasonCode = in.readByte("the reason code");
            if (reasonCode != ReasonCode.SUCCESS && reasonCode != ReasonCode.PACKET_IDENTIFIER_NOT_FOUND) {
                throw MqttException.protocolError("PUBREL has reason code " + reasonCode);
            }
            if (in.remaining() > 0) {
                properties.begin(PropertyReader.OF_ACKNOWLEDGEMENT);
                properties.skipAll();
            }
        }
        in.expectEnd("PUBREL");
        Session owned = session();
        boolean held = owned.holds(packetId);
        if (held) {
            owned.release(packetId, collector.mutations());
        }
        int reasonCode = held || !isMqtt5() ? ReasonCode.SUCCESS : ReasonCode.PACKET_IDENTIFIER_NOT_FOUND;
        collector.acknowledge(PacketType.PUBCOMP, packetId, reasonCode);
    }

    // --- SUBSCRIBE and UNSUBSCRIBE ------------------------------------------------------------------------------

    private void refuseSubscriptions(int type) {
        boolean subscribe = type == PacketType.SUBSCRIBE;
        int filters = subscribe ? subscriptions.readSubscribe(isMqtt5()) : subscriptions.readUnsubscribe(isMqtt5());
        int packetId = subscriptions.packetId();
        if (isMqtt5()) {
            connection.write(Packets.subscribeAcknowledgement5(
                    allocator(),
                    subscribe ? PacketType.SUBACK : PacketType.UNSUBACK,
                    packetId,
                    filters,
                    subscribe ? ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR : ReasonCode.NO_SUBSCRIPTION_EXISTED,
                    subscribe && problemInformation ? NO_SUBSCRIPTIONS : "",
                    maximumPacketSize));
        } else {
            connection.write(
                    subscribe
                            ? Packets.subscribeAcknowledgement3(
                                    allocator(), packetId, filters, ReasonCode.UNSPECIFIED_ERROR)
                            : Packets.unsubscribeAcknowledgement3(allocator(), packetId));
        }
    }

    // --- DISCONNECT ---------------------------------------------------------------------------------------------

    private void readDisconnect() {
        int reasonCode = ReasonCode.SUCCESS;
        long expiry = SAME_EXPIRY;
        if (isMqtt5() && in.remaining() > 0) {
            reasonCode = in.readByte("the reason code");
            if (in.remaining() > 0) {
                expiry = properties.readDisconnect(SAME_EXPIRY);
            }
        }
        in.expectEnd("DISCONNECT");
        boolean knownCode = reasonCode == ReasonCode.SUCCESS
                || reasonCode == ReasonCode.DISCONNECT_WITH_WILL
                || reasonCode >= ReasonCode.UNSPECIFIED_ERROR;
        if (!knownCode) {
            throw MqttException.protocolError("DISCONNECT has reason code " + reasonCode);
        }
        if (expiry != SAME_EXPIRY) {
            changeExpiry(expiry);
        }
        if (reasonCode == ReasonCode.SUCCESS) {
            will = null;
        }
        connection.close();
    }

    /** Section 3.14.2.2.2. */
    private void changeExpiry(long seconds) {
        Session owned = session();
        SessionRecord record = owned.record();
        if (record != null && record.expirySeconds() > 0) {
            long expiry = limits.sessions().kept(seconds);
            owned.setRecord(new SessionRecord(expiry, SessionRecord.CONNECTED), collector.mutations());
        } else if (seconds != 0) {
            throw MqttException.protocolError("DISCONNECT wants to keep a session that was not to be kept");
        }
    }

    // --- answers and the end ------------------------------------------------------------------------------------

    /** Hands in what the packets read so far have brought. */
    @Override
    public void submit() {
        collector.submit();
    }

    /** What was handed in with these acknowledgements is durable. */
    @Override
    public void durable(AckBatch acks) {
        collector.durable(acks);
        if (draining && !collector.isWaiting()) {
            sendAway(ReasonCode.SERVER_SHUTTING_DOWN, "the gateway is shutting down");
        }
    }

    /** Takes no more packets, and ends once everything that was taken is acknowledged. */
    @Override
    public void drain() {
        if (state == State.ENDED) {
            return;
        }
        draining = true;
        will = null; // the device is well, it is the gateway that goes
        connection.stopReading();
        collector.submit();
        if (!collector.isWaiting()) {
            sendAway(ReasonCode.SERVER_SHUTTING_DOWN, "the gateway is shutting down");
        }
    }

    /** Another connection has claimed the client id. */
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

    /** What it does not take are our answers to what it sends. */
    @Override
    public void clientTakes(boolean takes) {
        if (!takes) {
            connection.holdUntilTaken();
        }
    }

    /** Tells the client why it is sent away, in the way of its version and state. */
    @Override
    public void sayWhy(MqttException why) {
        ByteBuf packet = Packets.farewell(allocator(), version, state == State.CONNECTED, why, maximumPacketSize);
        if (packet != null) {
            connection.write(packet);
        }
    }

    /** The connection has ended, by whatever reason. Called once. */
    @Override
    public void ended() {
        State before = state;
        state = State.ENDED;
        collector.submit();
        Session owned = session;
        if (owned != null) {
            session = null;
            context.sessions().end(owned, will, connection.loop().eventLoop());
        }
        if (before != State.NEW && granted) {
            context.sessions().release(clientId, claim);
        }
    }

    // --- helpers ------------------------------------------------------------------------------------------------

    private boolean isMqtt5() {
        return version == ConnectPacket.MQTT_5;
    }

    private Session session() {
        Session owned = session;
        if (owned == null) {
            throw new IllegalStateException("there is no session");
        }
        return owned;
    }

    private ByteBufAllocator allocator() {
        return connection.channel().alloc();
    }
}
