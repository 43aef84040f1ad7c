package dev.holdfast.gateway.load;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a device writes at the beginning of each payload, and by which it is recognised wherever it arrives.
 *
 * @param device number of the device
 * @param counter number of the message, from 0, without holes
 * @param sentNanos when it was sent first, by {@link System#nanoTime()} of the sending process
 */
public record Stamp(int device, long counter, long sentNanos) {

    /** The smallest payload. */
    public static final int BYTES = 2 * Integer.BYTES + 2 * Long.BYTES;

    /** The first four bytes, by which a payload of ours is told from others. */
    static final int MAGIC = 0x48664C64;

    /** Reads the stamp of a payload, whose position stays; null when it is none of ours. */
    public static @Nullable Stamp read(ByteBuffer payload) {
        int at = payload.position();
        if (payload.remaining() < BYTES || payload.getInt(at) != MAGIC) {
            return null;
        }
        return new Stamp(payload.getInt(at + 4), payload.getLong(at + 8), payload.getLong(at + 16));
    }
}
