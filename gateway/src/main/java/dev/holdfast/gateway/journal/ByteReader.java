package dev.holdfast.gateway.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.zip.CRC32C;

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

    /**
     * Reads what {@link ByteWriter#toCheckedArray} wrote. The engine has no checksums, and a record that is almost right
     * would do more harm than none.
     *
     * @throws CorruptChunkException if it is not what was written
     */
    static ByteReader checked(byte[] bytes) {
        int end = bytes.length - Integer.BYTES;
        if (end < 0) {
            throw new CorruptChunkException("a record has only " + bytes.length + " bytes");
        }
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, end);
        if ((int) crc.getValue() != ChunkFormat.getInt(bytes, end)) {
            throw new CorruptChunkException("the checksum of a record is wrong");
        }
        return new ByteReader(bytes, 0, end);
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
