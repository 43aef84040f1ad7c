package dev.holdfast.gateway.ingest.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.gateway.journal.Mutation;
import dev.holdfast.gateway.journal.SideTable;
import java.nio.ByteBuffer;

/**
 * What of a session is on disk: that it exists, how long it outlives its connection, and since when it has none. The
 * packet ids that it holds have entries of their own.
 *
 * @param expirySeconds how long it outlives its connection; {@link ConnectPacket#NEVER} for ever
 * @param disconnectedAtMillis gateway time at which its connection ended, {@link #CONNECTED} while it has one
 */
record SessionRecord(long expirySeconds, long disconnectedAtMillis) {

    static final long CONNECTED = -1;

    private static final byte VERSION = 1;
    private static final int BYTES = 1 + Long.BYTES + Long.BYTES;

    /** Whether the session is over at the given gateway time. */
    boolean isOver(long gatewayMillis) {
        return disconnectedAtMillis != CONNECTED
                && expirySeconds != ConnectPacket.NEVER
                && gatewayMillis - disconnectedAtMillis >= expirySeconds * 1_000;
    }

    Mutation put(String clientId) {
        byte[] value = ByteBuffer.allocate(BYTES)
                .put(VERSION)
                .putLong(expirySeconds)
                .putLong(disconnectedAtMillis)
                .array();
        return new Mutation(SideTable.SESSIONS, key(clientId), value);
    }

    static Mutation delete(String clientId) {
        return new Mutation(SideTable.SESSIONS, key(clientId), null);
    }

    static Mutation hold(String clientId, int packetId) {
        return new Mutation(SideTable.HELD_IDS, heldKey(clientId, packetId), new byte[] {VERSION});
    }

    static Mutation release(String clientId, int packetId) {
        return new Mutation(SideTable.HELD_IDS, heldKey(clientId, packetId), null);
    }

    static String clientId(byte[] key) {
        return new String(key, UTF_8);
    }

    static SessionRecord decode(byte[] value) {
        ByteBuffer in = ByteBuffer.wrap(value);
        if (value.length != BYTES || in.get() != VERSION) {
            throw new IllegalStateException("the store holds a session record of an unknown form");
        }
        return new SessionRecord(in.getLong(), in.getLong());
    }

    /** The client id of a held packet id. A client id has no NUL, so the one behind it ends it. */
    static String heldClientId(byte[] key) {
        return new String(key, 0, key.length - 3, UTF_8);
    }

    static int heldPacketId(byte[] key) {
        return (key[key.length - 2] & 0xff) << 8 | (key[key.length - 1] & 0xff);
    }

    private static byte[] key(String clientId) {
        return clientId.getBytes(UTF_8);
    }

    private static byte[] heldKey(String clientId, int packetId) {
        byte[] id = key(clientId);
        return ByteBuffer.allocate(id.length + 3)
                .put(id)
                .put((byte) 0)
                .putShort((short) packetId)
                .array();
    }
}
