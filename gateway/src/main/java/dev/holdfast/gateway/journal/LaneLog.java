package dev.holdfast.gateway.journal;

import org.jspecify.annotations.Nullable;

/**
 * One lane: its table, its next sequence, and what of it is stored. Changed by the committer only; {@link #state()}
 * shows other threads what is durable.
 */
final class LaneLog {

    private static final int META_VERSION = 1;

    /** What the engine's tree takes for a chunk, roughly. */
    private static final int ENTRY_BYTES = 64;

    private final String name;
    private final int id;
    private final ChunkBuilder builder = new ChunkBuilder();

    private long nextSequence = 1;
    private long totalBytes;
    private long removedMessages;
    private long removedBytes;
    /** Bytes that its chunks take in the engine, garbage not counted. */
    private long storedBytes;
    /** Messages below {@link #trimmedTo} that no route wants. */
    private long unrouted;

    private long tail = 1;

    /** What lies below was gone through by trimming and stays as long as the routes want the same. */
    private long trimmedTo;

    private long trimmedFor;

    private boolean building;
    private volatile LaneState state;

    LaneLog(String name, int id) {
        this.name = name;
        this.id = id;
        this.state = currentState();
    }

    /** Restores what {@link #encode} stored. */
    static LaneLog decode(String name, byte[] record) {
        ByteReader in = ByteReader.checked(record);
        LaneLog lane = new LaneLog(name, idOf(name, in));
        lane.restore(record);
        return lane;
    }

    private static int idOf(String name, ByteReader in) {
        int version = in.readByte();
        if (version != META_VERSION) {
            throw new StoreException("the store's record of lane " + name + " has version " + version + ", known is "
                    + META_VERSION + "; it was written by a newer Holdfast");
        }
        return in.readVarint();
    }

    /** Takes over a stored record, and forgets what was staged. */
    void restore(byte[] record) {
        ByteReader in = ByteReader.checked(record);
        int stored = idOf(name, in);
        if (stored != id) {
            throw new StoreException("lane " + name + " was number " + id + " and is number " + stored);
        }
        nextSequence = in.readLong() + 1;
        totalBytes = in.readLong();
        removedMessages = in.readLong();
        removedBytes = in.readLong();
        trimmedTo = in.readLong();
        trimmedFor = in.readLong();
        storedBytes = in.readLong();
        unrouted = in.readLong();
        building = false;
        publish();
    }

    byte[] encode() {
        return new ByteWriter(64)
                .writeByte(META_VERSION)
                .writeVarint(id)
                .writeLong(nextSequence - 1)
                .writeLong(totalBytes)
                .writeLong(removedMessages)
                .writeLong(removedBytes)
                .writeLong(trimmedTo)
                .writeLong(trimmedFor)
                .writeLong(storedBytes)
                .writeLong(unrouted)
                .toCheckedArray();
    }

    /** Takes over what the newest and the oldest chunk on disk say; the record may be older than they are. */
    void recover(@Nullable ChunkReader newest, long oldestKey) {
        if (newest != null && newest.lastSequence() >= nextSequence) {
            nextSequence = newest.lastSequence() + 1;
            totalBytes = newest.bytesBefore() + newest.totalMessageBytes();
        }
        tail = newest == null ? nextSequence : oldestKey;
        publish();
    }

    /** Gives no sequence below this one any more. */
    void skipTo(long sequence) {
        if (sequence > nextSequence) {
            removedMessages += sequence - nextSequence;
            if (tail == nextSequence) {
                tail = sequence;
            }
            nextSequence = sequence;
            publish();
        }
    }

    /** Adds a fragment to the chunk that is being built, and begins the next one when it is full. */
    void append(Fragment fragment, Store.Writer tx, CommitContext context) {
        if (building && builder.length() + fragment.length() > context.maxChunkBytes()) {
            flush(tx);
        }
        if (!building) {
            builder.begin(context.header(id, nextSequence, totalBytes), false);
            building = true;
        }
        builder.add(fragment);
    }

    /** Puts the chunk that is being built, if there is one, into the transaction. */
    void flush(Store.Writer tx) {
        if (building) {
            building = false;
            byte[] chunk = builder.finish();
            tx.append(table(), Keys.ofSequence(nextSequence), chunk);
            storedBytes += chunk.length + ENTRY_BYTES;
            nextSequence = builder.lastSequence() + 1;
            totalBytes += builder.messageBytes();
        }
    }

    /** Takes over what was counted, after damage. */
    void counted(long head, long newTotalBytes, long storedMessages, long messageBytes) {
        nextSequence = head + 1;
        totalBytes = newTotalBytes;
        removedMessages = head - storedMessages;
        removedBytes = newTotalBytes - messageBytes;
        trimmedTo = 0;
        unrouted = 0;
        publish();
    }

    /** Removes a chunk that is there. */
    void delete(byte[] key, Store.Writer tx) {
        if (!tx.delete(table(), key)) {
            throw Keys.notFound(key);
        }
    }

    /** A chunk was removed, or replaced by a smaller one. */
    void removed(long messages, long bytes, int chunkBytes) {
        removedMessages += messages;
        removedBytes += bytes;
        storedBytes -= chunkBytes + ENTRY_BYTES;
    }

    /** A chunk is there that the record does not count yet. */
    void added(int chunkBytes) {
        storedBytes += chunkBytes + ENTRY_BYTES;
    }

    /** What its chunks take is counted anew. */
    void countAnew() {
        storedBytes = 0;
    }

    /** Messages that no route wants were found by trimming. */
    void addUnrouted(long messages) {
        unrouted += messages;
    }

    /** Such messages were removed from a chunk that ends with the given message; if trimming had come by, it had counted them. */
    void removedUnrouted(long last, long messages) {
        if (last < trimmedTo) {
            unrouted = Math.max(0, unrouted - messages);
        }
    }

    /** Nothing is left. */
    private void emptied() {
        removedMessages = nextSequence - 1;
        removedBytes = totalBytes;
        storedBytes = 0;
        unrouted = 0;
    }

    /** Says where the oldest chunk is now; it is beyond the newest message when there is none. */
    void oldestIs(long sequence) {
        tail = sequence;
        if (tail >= nextSequence) {
            emptied();
        }
    }

    void trimmed(long newTrimmedTo, long routing) {
        if (trimmedFor != routing) {
            trimmedFor = routing;
            unrouted = 0;
        }
        trimmedTo = newTrimmedTo;
    }

    /** What lies below was gone through by trimming, whatever the routing. */
    long trimmedTo() {
        return trimmedTo;
    }

    /** Where trimming goes on for the given routing. */
    long trimmedTo(long routing) {
        return trimmedFor == routing ? trimmedTo : 0;
    }

    /** Makes what was committed visible to other threads. */
    void publish() {
        state = currentState();
    }

    private LaneState currentState() {
        long head = nextSequence - 1;
        return new LaneState(
                name, tail, head, head - removedMessages, totalBytes - removedBytes, totalBytes, storedBytes, unrouted);
    }

    LaneState state() {
        return state;
    }

    /** Messages in it as the committer knows it, durable or about to be. */
    long messages() {
        return nextSequence - 1 - removedMessages;
    }

    /** Bytes of their topics, properties and payloads. */
    long bytes() {
        return totalBytes - removedBytes;
    }

    /** Bytes of all messages that it ever held. */
    long totalBytes() {
        return totalBytes;
    }

    long storedBytes() {
        return storedBytes;
    }

    long tail() {
        return tail;
    }

    /** Sequence of the newest message as the committer knows it, durable or about to be. */
    long lastSequence() {
        return nextSequence - 1;
    }

    String name() {
        return name;
    }

    int id() {
        return id;
    }

    String table() {
        return "lane." + id;
    }
}
