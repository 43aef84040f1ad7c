package dev.holdfast.gateway.journal;

/**
 * A chunk as it was read from the store, not yet verified.
 *
 * @param key sequence under which it lies
 * @param bytes its bytes; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record StoredChunk(long key, byte[] bytes) {

    /** Opens it, see {@link ChunkReader#open}. */
    public ChunkReader open(TopicTable table) {
        return ChunkReader.open(key, bytes, table);
    }
}
