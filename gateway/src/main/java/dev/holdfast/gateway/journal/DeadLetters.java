package dev.holdfast.gateway.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The form in which a message that a sink refused is put aside, with its reason: it stays when its lane is trimmed, so
 * that somebody can look at it and send it again.
 */
public final class DeadLetters {

    private static final int VERSION = 1;

    private DeadLetters() {}

    /**
     * The mutation that puts aside the message at which the reader stands. Putting the same message aside twice leaves
     * one entry.
     *
     * @param route route whose sink refused it
     * @param lane name of its lane
     * @param message a reader that stands at it
     * @param why what the sink said
     * @param wallMillis when, ms since 1970 as the machine believes
     */
    public static Mutation put(String route, String lane, ChunkReader message, String why, long wallMillis) {
        ChunkBuilder copy = new ChunkBuilder();
        copy.begin(message.headerFrom(message.sequence()), true);
        copy.add(message);
        byte[] value = new ByteWriter(256)
                .writeByte(VERSION)
                .writeText(why)
                .writeLong(wallMillis)
                .writeBytes(copy.finish())
                .toByteArray();
        return new Mutation(SideTable.DEAD_LETTERS, key(route, lane, message.sequence()), value);
    }

    /** Which message a dead letter is of: the names hold no slash. */
    record Place(String route, String lane, long sequence) {}

    /** Reads the key of an entry. */
    static Place place(byte[] key) {
        int names = key.length - Long.BYTES;
        String[] parts = new String(key, 0, Math.max(0, names), UTF_8).split("/", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("a dead letter has a key of " + key.length + " bytes");
        }
        return new Place(parts[0], parts[1], ByteBuffer.wrap(key).getLong(names));
    }

    /** The bytes of the message in an entry that {@link #put} has made. */
    static long messageBytes(byte[] value) {
        ByteReader in = new ByteReader(value);
        in.readByte();
        in.readText();
        in.readLong();
        int length = in.readVarint();
        int from = in.skip(length);
        return ChunkReader.messageBytes(Arrays.copyOfRange(value, from, from + length));
    }

    private static byte[] key(String route, String lane, long sequence) {
        byte[] prefix = (route + '/' + lane + '/').getBytes(UTF_8);
        return ByteBuffer.allocate(prefix.length + Long.BYTES)
                .put(prefix)
                .putLong(sequence)
                .array();
    }
}
