package dev.holdfast.gateway.load;

import java.nio.ByteBuffer;

/**
 * What a device writes at the beginning of each payload, and by which it is recognised wherever it arrives.
 *
 * @param device number of the device
 * @param counter number of the message, from 0, without holes
 * @param sentNanos when it was sent first, by {@link System#nanoTime()} of the sending process
 */
public record Stamp(int device, long counter, long sentNanos) {

    /** The smallest payload. */
    public static final int BYTES = Integer.BYTES + Long.BYTES + Long.BYTES;

    /** Reads the stamp of a payload, whose position stays. */
    public static Stamp read(ByteBuffer payload) {
        int at = payload.position();
        return new Stamp(payload.getInt(at), payload.getLong(at + 4), payload.getLong(at + 12));
    }
}
