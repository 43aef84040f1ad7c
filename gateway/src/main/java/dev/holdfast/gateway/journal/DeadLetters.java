package dev.holdfast.gateway.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;

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

    private static byte[] key(String route, String lane, long sequence) {
        byte[] prefix = (route + '/' + lane + '/').getBytes(UTF_8);
        return ByteBuffer.allocate(prefix.length + Long.BYTES)
                .put(prefix)
                .putLong(sequence)
                .array();
    }
}
