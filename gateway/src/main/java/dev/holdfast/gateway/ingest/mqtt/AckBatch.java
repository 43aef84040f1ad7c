package dev.holdfast.gateway.ingest.mqtt;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The acknowledgements that one read from a device has earned, in the order of its packets: written when all that it
 * brought is durable. Handed to the journal as the callback.
 */
final class AckBatch implements Runnable {

    /** The type of one that is kept as a whole packet; its reason code is 1 when it accepts a message. */
    static final int PACKET = 0;

    private final Connection connection;
    private final List<byte[]> packets = new ArrayList<>(0);
    private int[] acknowledgements = new int[8];
    private int count;

    AckBatch(Connection connection) {
        this.connection = connection;
    }

    /** Adds one; the type is PUBACK, PUBREC or PUBCOMP. */
    void add(int type, int packetId, int reasonCode) {
        if (count == acknowledgements.length) {
            acknowledgements = Arrays.copyOf(acknowledgements, count * 2);
        }
        acknowledgements[count++] = type << 24 | reasonCode << 16 | packetId;
    }

    /** Adds one as a whole packet, whatever is in it. */
    void add(byte[] packet, boolean accepts) {
        packets.add(packet);
        add(PACKET, packets.size() - 1, accepts ? 1 : 0);
    }

    byte[] packet(int index) {
        return packets.get(packetId(index));
    }

    /** Bytes of those that are whole packets. */
    int packetBytes() {
        int bytes = 0;
        for (byte[] packet : packets) {
            bytes += packet.length;
        }
        return bytes;
    }

    int count() {
        return count;
    }

    /** Bytes of memory that they take. */
    int bytes() {
        return acknowledgements.length * Integer.BYTES + packetBytes();
    }

    int type(int index) {
        return acknowledgements[index] >>> 24;
    }

    int reasonCode(int index) {
        return acknowledgements[index] >>> 16 & 0xff;
    }

    int packetId(int index) {
        return acknowledgements[index] & 0xffff;
    }

    Connection connection() {
        return connection;
    }

    /** Everything is durable: called by the committer, goes on at the event loop. */
    @Override
    public void run() {
        connection.loop().durable(this);
    }
}
