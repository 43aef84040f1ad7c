package dev.holdfast.gateway.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.zip.CRC32C;

/** A growing array of bytes with the number formats of {@link ChunkFormat}. Not thread-safe. */
final class ByteWriter {

    private byte[] bytes;
    private int length;

    ByteWriter(int capacity) {
        bytes = new byte[Math.max(capacity, 16)];
    }

    byte[] array() {
        return bytes;
    }

    int length() {
        return length;
    }

    void clear() {
        length = 0;
    }

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    /** Makes room for the given number of bytes, counts them as written and returns where they begin. */
    int claim(int count) {
        ensure(count);
        int from = length;
        length += count;
        return from;
    }

    ByteWriter writeByte(int value) {
        int at = claim(1);
        bytes[at] = (byte) value;
        return this;
    }

    ByteWriter writeLong(long value) {
        int at = claim(Long.BYTES);
        ChunkFormat.putLong(bytes, at, value);
        return this;
    }

    ByteWriter writeVarint(int value) {
        ensure(ChunkFormat.MAX_VARINT_BYTES);
        length = ChunkFormat.putVarint(bytes, length, value);
        return this;
    }

    ByteWriter write(byte[] source, int from, int count) {
        int at = claim(count);
        System.arraycopy(source, from, bytes, at, count);
        return this;
    }

    /** Writes the length and then the bytes. */
    ByteWriter writeBytes(byte[] source) {
        return writeVarint(source.length).write(source, 0, source.length);
    }

    ByteWriter writeText(String text) {
        return writeBytes(text.getBytes(UTF_8));
    }

    /** The bytes written so far with a checksum behind them; {@link ByteReader#checked} reads them. */
    byte[] toCheckedArray() {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        int at = claim(Integer.BYTES);
        ChunkFormat.putInt(bytes, at, (int) crc.getValue());
        return toByteArray();
    }

    private void ensure(int count) {
        if (bytes.length - length < count) {
            bytes = Arrays.copyOf(bytes, Math.max(length + count, bytes.length + (bytes.length >> 1)));
        }
    }
}
