package dev.holdfast.gateway.load;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
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
    public static final int BYTES = 3 * Integer.BYTES + 2 * Long.BYTES;

    /** The first four bytes, by which a payload of ours is told from others; a run can have its own. */
    static final int MAGIC = 0x48664C64;

    private static final int CHECKSUM_AT = 2 * Integer.BYTES + 2 * Long.BYTES;

    /** Reads the stamp of a payload, whose position stays; null when it is none of ours, or not as it was sent. */
    public static @Nullable Stamp read(ByteBuffer payload) {
        return read(payload, MAGIC);
    }

    /** The same of a run that has its own first bytes. */
    static @Nullable Stamp read(ByteBuffer payload, int run) {
        int at = payload.position();
        if (payload.remaining() < BYTES
                || payload.getInt(at) != run
                || payload.getInt(at + CHECKSUM_AT) != checksum(payload.slice())) {
            return null;
        }
        return new Stamp(payload.getInt(at + 4), payload.getLong(at + 8), payload.getLong(at + 16));
    }

    /** Writes the stamp to the beginning of a payload, with a checksum over all of it. */
    void write(byte[] payload) {
        write(payload, MAGIC);
    }

    void write(byte[] payload, int run) {
        ByteBuffer out = ByteBuffer.wrap(payload);
        out.putInt(run).putInt(device).putLong(counter).putLong(sentNanos);
        out.putInt(checksum(ByteBuffer.wrap(payload)));
    }

    /** Over what comes before and after its own place. */
    private static int checksum(ByteBuffer payload) {
        CRC32C crc = new CRC32C();
        crc.update(payload.slice(0, CHECKSUM_AT));
        crc.update(payload.slice(BYTES, payload.remaining() - BYTES));
        return (int) crc.getValue();
    }
}
