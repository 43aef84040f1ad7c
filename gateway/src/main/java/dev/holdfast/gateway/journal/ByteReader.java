package dev.holdfast.gateway.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Reads what {@link ChunkFormat} and {@link ByteWriter} wrote. Whatever does not fit is a {@link CorruptChunkException},
 * never a look beyond the end.
 */
final class ByteReader {

    private final byte[] bytes;
    private final int end;
    private int at;

    ByteReader(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
    }

    ByteReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    boolean atEnd() {
        return at == end;
    }

    /** Passes over the given number of bytes and returns where they began. */
    int skip(int length) {
        if (length < 0 || length > end - at) {
            throw new CorruptChunkException("a field of " + length + " bytes at offset " + at + " ends behind " + end);
        }
        int from = at;
        at += length;
        return from;
    }

    int readByte() {
        return bytes[skip(1)] & 0xff;
    }

    long readLong() {
        return ChunkFormat.getLong(bytes, skip(Long.BYTES));
    }

    /** Reads an unsigned number below 2^31. */
    int readVarint() {
        int value = 0;
        for (int shift = 0; shift < ChunkFormat.MAX_VARINT_BYTES * 7; shift += 7) {
            int b = readByte();
            value |= (b & 0x7f) << shift;
            if ((b & 0x80) == 0) {
                if (value < 0 || (shift == 28 && b > 7)) {
                    break;
                }
                return value;
            }
        }
        throw new CorruptChunkException("a number at offset " + at + " is too large");
    }

    String readText() {
        int length = readVarint();
        return new String(bytes, skip(length), length, UTF_8);
    }
}
