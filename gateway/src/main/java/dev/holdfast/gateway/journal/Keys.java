package dev.holdfast.gateway.journal;

/** Keys whose unsigned byte order is the order of what they stand for. */
final class Keys {

    private Keys() {}

    static byte[] ofSequence(long sequence) {
        byte[] key = new byte[Long.BYTES];
        ChunkFormat.putLong(key, 0, sequence);
        return key;
    }

    static long sequence(byte[] key) {
        if (key.length != Long.BYTES) {
            throw new CorruptChunkException("its key has " + key.length + " bytes");
        }
        return ChunkFormat.getLong(key, 0);
    }
}
