package dev.holdfast.gateway.journal;

import org.jspecify.annotations.Nullable;

/**
 * One lane: its table, its next sequence, and what of it is stored. Changed by the committer only; {@link #state()}
 * shows other threads what is durable.
 */
final class LaneLog {

    private static final int META_VERSION = 1;

    private final String name;
    private final int id;
    private final ChunkBuilder builder = new ChunkBuilder();

    private long nextSequence = 1;
    private long totalBytes;
    private long removedMessages;
    private long removedBytes;
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
    static LaneLog decode(String name, byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        int version = in.readByte();
        if (version != META_VERSION) {
            throw new StoreException("the store's record of lane " + name + " has version " + version + ", known is "
                    + META_VERSION + "; it was written by a newer Holdfast");
        }
        LaneLog lane = new LaneLog(name, in.readVarint());
        lane.nextSequence = in.readLong() + 1;
        lane.totalBytes = in.readLong();
        lane.removedMessages = in.readLong();
        lane.removedBytes = in.readLong();
        lane.trimmedTo = in.readLong();
        lane.trimmedFor = in.readLong();
        return lane;
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
                .toByteArray();
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
            tx.append(table(), Keys.ofSequence(nextSequence), builder.finish());
            nextSequence = builder.lastSequence() + 1;
            totalBytes += builder.messageBytes();
        }
    }

    void removed(long messages, long bytes) {
        removedMessages += messages;
        removedBytes += bytes;
    }

    /** Nothing is left. */
    void emptied() {
        removedMessages = nextSequence - 1;
        removedBytes = totalBytes;
    }

    void trimmed(long newTail, long newTrimmedTo, long routing) {
        tail = newTail;
        trimmedTo = newTrimmedTo;
        trimmedFor = routing;
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
        return new LaneState(name, tail, head, head - removedMessages, totalBytes - removedBytes, totalBytes);
    }

    LaneState state() {
        return state;
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
