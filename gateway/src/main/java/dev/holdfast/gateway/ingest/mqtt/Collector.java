package dev.holdfast.gateway.ingest.mqtt;

import dev.holdfast.gateway.journal.Append;
import dev.holdfast.gateway.journal.Fragment;
import dev.holdfast.gateway.journal.Intake;
import dev.holdfast.gateway.journal.Mutation;
import dev.holdfast.gateway.journal.Origin;
import dev.holdfast.gateway.journal.Unstored;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects what one read from a device brings, messages, changes of its session and the acknowledgements that they earn,
 * into one {@link Append}, and writes the acknowledgements once it is durable.
 *
 * <p>Acknowledgements leave in the order of their packets: one that needs no write takes its turn behind those that do.
 */
final class Collector {

    /** A fragment that has grown so large is followed by another. */
    private static final int FRAGMENT_BYTES = 64 << 10;

    /** One read is submitted in pieces of about this size. */
    private static final int APPEND_BYTES = 256 << 10;

    private static final int RECORD_OVERHEAD = 16;

    private final Connection connection;
    private final Intake intake;
    private final FrontDoorStats stats;

    // valid for the connection
    private int inFlight;
    private int unfinishedAppends;

    // valid until submitted
    private List<Fragment> fragments = new ArrayList<>(1);
    private List<Mutation> mutations = new ArrayList<>(0);
    private List<Unstored> unstored = new ArrayList<>(0);
    private AckBatch acks;
    private long collectedBytes;

    Collector(Connection connection, Protocol.Context context) {
        this.connection = connection;
        this.intake = context.intake();
        this.stats = context.stats();
        this.acks = new AckBatch(connection);
    }

    /** Adds the message that was just read. */
    void add(Storable publish, int lane, Origin origin) {
        publish.copyTo(fragmentFor(publish, lane, origin));
        collectedBytes += publish.topic().length() + (long) publish.propertiesLength() + publish.payloadLength();
        if (collectedBytes >= APPEND_BYTES) {
            submit();
        }
    }

    /** Has a message told of as missing. */
    void miss(Unstored message) {
        unstored.add(message);
    }

    private Fragment fragmentFor(Storable publish, int lane, Origin origin) {
        Fragment last = fragments.isEmpty() ? null : fragments.get(fragments.size() - 1);
        if (last != null && last.lane() == lane && last.messageBytes() < FRAGMENT_BYTES && publish.beginIn(last)) {
            return last;
        }
        int expected = publish.propertiesLength() + publish.payloadLength() + RECORD_OVERHEAD;
        int alsoExpected = Math.min(connection.unreadBytes(), FRAGMENT_BYTES);
        Fragment next = new Fragment(lane, origin, intake.gatewayMillis(), expected + alsoExpected);
        publish.beginIn(next);
        fragments.add(next);
        return next;
    }

    /** Where changes of the session go that must be durable together with the messages. */
    List<Mutation> mutations() {
        return mutations;
    }

    /** Another QoS 1 or 2 message is unacknowledged; returns how many are. */
    int received() {
        return ++inFlight;
    }

    /** Adds an acknowledgement: PUBACK, PUBREC or PUBCOMP. */
    void acknowledge(int type, int packetId, int reasonCode) {
        acks.add(type, packetId, reasonCode);
    }

    /** Adds an acknowledgement that a broker has made, as it is. */
    void acknowledge(byte[] packet, boolean success) {
        acks.add(packet, success);
    }

    /** Hands in what was collected. */
    void submit() {
        boolean nothingToStore = fragments.isEmpty() && mutations.isEmpty() && unstored.isEmpty();
        if (nothingToStore && acks.count() == 0) {
            return;
        }
        AckBatch callback = acks;
        acks = new AckBatch(connection);
        if (nothingToStore && unfinishedAppends == 0) {
            write(callback);
            return;
        }
        unfinishedAppends++;
        intake.append(new Append(fragments, mutations, unstored, callback, callback.bytes()));
        fragments = new ArrayList<>(1);
        mutations = new ArrayList<>(0);
        unstored = new ArrayList<>(0);
        collectedBytes = 0;
        if (!intake.hasRoom()) {
            connection.holdForRoom();
        }
    }

    /** An append has become durable: writes its acknowledgements. */
    void durable(AckBatch batch) {
        unfinishedAppends--;
        write(batch);
    }

    /** Whether something was handed in that is not durable yet. */
    boolean isWaiting() {
        return unfinishedAppends > 0;
    }

    private void write(AckBatch batch) {
        if (batch.count() == 0) {
            return;
        }
        int accepted = 0;
        ByteBuf out = connection
                .channel()
                .alloc()
                .buffer(batch.count() * Packets.MAX_ACKNOWLEDGEMENT_BYTES + batch.packetBytes());
        for (int i = 0; i < batch.count(); i++) {
            int type = batch.type(i);
            if (type == AckBatch.PACKET) {
                out.writeBytes(batch.packet(i));
                accepted += batch.reasonCode(i);
                continue;
            }
            int reasonCode = batch.reasonCode(i);
            Packets.writeAcknowledgement(out, type, batch.packetId(i), reasonCode);
            if (type != PacketType.PUBCOMP && reasonCode < ReasonCode.UNSPECIFIED_ERROR) {
                accepted++;
            }
            boolean exchangeOver = type != PacketType.PUBREC || reasonCode >= ReasonCode.UNSPECIFIED_ERROR;
            if (exchangeOver && inFlight > 0) {
                inFlight--;
            }
        }
        stats.countAcknowledged(accepted);
        connection.write(out);
    }
}
