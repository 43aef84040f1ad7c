package dev.holdfast.gateway.ingest.mqtt;

import dev.holdfast.gateway.journal.Admission;
import dev.holdfast.gateway.journal.Origin;
import dev.holdfast.gateway.journal.Unstored;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one device behind a gate, from its PUBLISH to the broker's answer.
 *
 * <p><b>Order of things.</b> A PUBLISH of QoS 1 or 2 is passed on only when its lane has room, or when the gate is to pass
 * on without storing: then the gap is durable before the broker's answer leaves. A copy is kept until the broker answers:
 * success hands it to the journal, and the answer leaves when it is durable; a refusal drops it. Answers leave in the
 * broker's order; nothing else waits for them.
 *
 * <p><b>QoS 2.</b> The packet id is held in the transaction that stores the message, until the broker's PUBCOMP, which
 * leaves when the release is durable. A PUBLISH with a held id is passed on and not stored again.
 *
 * <p>All methods are called on the connection's event loop.
 */
final class GateMessages {

    /** What becomes of a PUBLISH. */
    enum Fate {
        PASS_ON,
        REFUSED,
        /** Nothing of it was taken; it is to be read again when there is room. */
        WAIT
    }

    private final Connection connection;
    private final Protocol.Context context;
    private final Broker broker;
    private final BrokerLink link;
    private final Collector collector;
    private final PublishReader publish;
    private final Unanswered unanswered;

    // valid while the session is ours
    private @Nullable Session session;
    private Origin origin = Origin.gate("");
    private Doorkeeper.Grant grant = topic -> false;
    private boolean mqtt5;
    private int aliasMaximum;

    GateMessages(Connection connection, Protocol.Context context, Broker broker, BrokerLink link, Collector collector) {
        this.connection = connection;
        this.context = context;
        this.broker = broker;
        this.link = link;
        this.collector = collector;
        this.publish =
                new PublishReader(connection.loop(), context.options().limits().messages());
        this.unanswered =
                new Unanswered(connection.loop().memory(), connection.loop().gathering());
    }

    /**
     * The session is ours.
     *
     * @param aliasMaximum the largest topic alias that the broker allows
     */
    void begin(Session owned, Origin origin, Doorkeeper.Grant grant, boolean mqtt5, int aliasMaximum) {
        this.session = owned;
        this.origin = origin;
        this.grant = grant;
        this.mqtt5 = mqtt5;
        this.aliasMaximum = aliasMaximum;
    }

    /** Nobody waits for answers any more. */
    void end() {
        session = null;
        unanswered.clear();
    }

    /** Whether the device may be read on after it had too much unanswered. */
    boolean haveRoomAgain() {
        return unanswered.hasRoomAgain();
    }

    /** Reads the PUBLISH to which the loop's reader points. */
    Fate read(int flags) {
        publish.read(flags, mqtt5, aliasMaximum);
        Limit passed = publish.limitPassed();
        if (passed == null && !grant.allows(publish.topic())) {
            passed = Limit.PUBLISH_RULES;
        }
        if (passed != null) {
            context.stats().count(passed);
            context.stats().countRefused();
            refuse(passed.reasonCode());
            return Fate.REFUSED;
        }
        if (TopicName.isReserved(publish.topic()) || !broker.stores().test(publish.topic())) {
            return Fate.PASS_ON; // the broker's own, which the journal has no place for, or none of ours
        }
        if (publish.qos() == 2 && session != null && session.holds(publish.packetId())) {
            return Fate.PASS_ON;
        }
        int lane = context.laneOf().lane(publish.topic());
        Admission admission = context.intake().admission(lane);
        if (admission == Admission.TAKE) {
            keep(lane);
        } else if (publish.qos() == 0) {
            context.stats().countRefusedForSpace();
        } else if (broker.passesWhenFull()) {
            awaitAnswer(HeldPublish.of(publish, lane, false));
        } else if (admission == Admission.REFUSE && mqtt5) {
            context.stats().countRefusedForSpace();
            acknowledgeRefusal(ReasonCode.QUOTA_EXCEEDED);
            return Fate.REFUSED;
        } else {
            return Fate.WAIT;
        }
        return Fate.PASS_ON;
    }

    private void keep(int lane) {
        if (publish.qos() == 0) {
            context.stats().countBestEffort();
            collector.add(publish, lane, origin);
        } else {
            awaitAnswer(HeldPublish.of(publish, lane, true));
        }
        if (!context.intake().hasRoom()) {
            connection.holdForRoom();
        }
    }

    private void awaitAnswer(HeldPublish message) {
        unanswered.add(message);
        if (unanswered.isFull()) {
            connection.holdForBroker(); // its answers go on with it
        }
    }

    private void refuse(int reasonCode) {
        if (publish.qos() == 0 || !mqtt5) {
            throw new MqttException(reasonCode, publish.whyRefused());
        }
        acknowledgeRefusal(reasonCode);
    }

    private void acknowledgeRefusal(int reasonCode) {
        if (publish.setsAlias()) { // of which the broker would not know, and take the next one for another topic's
            throw new MqttException(
                    reasonCode, "a PUBLISH that sets a topic alias is refused before the broker has it");
        }
        if (publish.qos() > 0) {
            int type = publish.qos() == 1 ? PacketType.PUBACK : PacketType.PUBREC;
            collector.acknowledge(type, publish.packetId(), reasonCode);
            connection.holdUntilTaken();
        }
    }

    /**
     * PUBACK, PUBREC or PUBCOMP of the broker: it takes its turn behind what must be durable before it.
     *
     * @param from where its fixed header begins
     * @param body where its packet id is
     * @param to its end
     */
    void answered(int type, ByteBuf bytes, int from, int body, int to) {
        Session owned = session;
        if (owned == null) {
            throw MqttException.protocolError("the broker acknowledges before CONNACK");
        }
        int packetId = bytes.getUnsignedShort(body);
        boolean coded = to - body > 2;
        int reasonCode = coded ? bytes.getUnsignedByte(body + 2) : ReasonCode.SUCCESS;
        boolean success = reasonCode < ReasonCode.UNSPECIFIED_ERROR;
        if (type == PacketType.PUBCOMP) {
            forget(owned, packetId);
        } else {
            HeldPublish held = unanswered.take(packetId, type == PacketType.PUBACK ? 1 : 2);
            if (!success) {
                forget(owned, packetId);
            } else if (held != null) {
                store(owned, held);
            }
        }
        if (to - body > 3 || (coded && reasonCode == ReasonCode.SUCCESS)) {
            byte[] packet = new byte[to - from];
            bytes.getBytes(from, packet);
            collector.acknowledge(packet, success && type != PacketType.PUBCOMP);
        } else {
            collector.acknowledge(type, packetId, reasonCode);
        }
        if (unanswered.hasRoomAgain() && link.isWritable()) {
            connection.brokerAgain();
        }
    }

    /** Hands it to the journal. How many a client may have that are not released is the broker's to say. */
    private void store(Session owned, HeldPublish held) {
        if (held.qos() == 2) {
            if (owned.holds(held.packetId())) {
                return; // sent again before the broker answered
            }
            owned.hold(held.packetId(), collector.mutations());
        }
        if (held.stored()) {
            collector.add(held, held.lane(), origin);
        } else {
            collector.miss(new Unstored(held.lane(), held.topic(), origin, held.bytes()));
        }
    }

    private void forget(Session owned, int packetId) {
        if (owned.holds(packetId)) {
            owned.release(packetId, collector.mutations());
        }
    }
}
