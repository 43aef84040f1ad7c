package dev.holdfast.gateway.ingest.mqtt;

import java.util.Arrays;

/**
 * The acknowledgements that one read from a device has earned, in the order of its packets: written when all that it
 * brought is durable. Handed to the journal as the callback.
 */
final class AckBatch implements Runnable {

    private final Connection connection;
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

    int count() {
        return count;
    }

    /** Bytes of memory that they take. */
    int bytes() {
        return acknowledgements.length * Integer.BYTES;
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
