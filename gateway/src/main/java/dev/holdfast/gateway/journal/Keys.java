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

    /**
     * Where the chunk lies at which a cursor stands. Nothing that a tree finds by its keys can be believed once one of them
     * is wrong, and the files still have it.
     *
     * @throws CorruptChunkException if the chunk is whole and says that it lies elsewhere
     */
    static long ofChunk(Store.Cursor cursor) {
        long key = sequence(cursor.key());
        byte[] header = cursor.valuePrefix(ChunkFormat.HEADER_BYTES);
        if (header.length == ChunkFormat.HEADER_BYTES && ChunkReader.firstSequence(header) != key) {
            checkPlace(key, cursor.value());
        }
        return key;
    }

    /** The same of a chunk that was read. */
    static void checkPlace(long key, byte[] chunk) {
        if (chunk.length >= ChunkFormat.HEADER_BYTES) {
            long first = ChunkReader.firstSequence(chunk);
            if (first != key && ChunkReader.isWhole(first, chunk)) {
                throw new CorruptChunkException("the chunk that begins with message " + first + " lies at " + key);
            }
        }
    }

    /**
     * Looks at the order of a chunk and the one that follows it in the tree.
     *
     * @throws CorruptChunkException if it is not that of their keys
     */
    static void checkOrder(long key, long next) {
        if (next <= key) {
            throw new CorruptChunkException("the chunk at " + next + " lies behind the one at " + key);
        }
    }

    /** A chunk was met, and a search for its key does not find it. */
    static CorruptChunkException notFound(byte[] key) {
        return new CorruptChunkException("the chunk at " + sequence(key) + " is there and can't be found by its key");
    }
}
