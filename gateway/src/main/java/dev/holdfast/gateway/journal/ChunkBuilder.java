package dev.holdfast.gateway.journal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Lays out one chunk after the other. Its buffers are kept between chunks. Not thread-safe.
 *
 * <p>Call order: {@link #begin}, then {@link #add(Fragment)} or {@link #add(ChunkReader)}, then {@link #finish}.
 */
final class ChunkBuilder {

    /** What all messages of a chunk have in common. */
    record Header(
            int lane,
            long epoch,
            long firstSequence,
            long bytesBefore,
            long gatewayMillis,
            long wallMillis,
            boolean wallSynced) {}

    private final ByteWriter out = new ByteWriter(128 * 1024);
    private final Map<Topic, Integer> topicIndexes = new HashMap<>();
    private final List<Topic> topics = new ArrayList<>();
    private final Map<Origin, Integer> originIndexes = new HashMap<>();
    private final List<Origin> origins = new ArrayList<>();

    private Header header = new Header(0, 0, 0, 0, 0, 0, false);
    private boolean sparse;
    private int count;
    private long lastSequence;
    private long messageBytes;
    private int dictionaryBytes;

    /**
     * Begins a chunk.
     *
     * @param header what is known before its messages
     * @param sparse whether its sequences may have holes
     */
    void begin(Header header, boolean sparse) {
        this.header = header;
        this.sparse = sparse;
        out.clear();
        out.claim(ChunkFormat.HEADER_BYTES);
        topicIndexes.clear();
        topics.clear();
        originIndexes.clear();
        origins.clear();
        count = 0;
        messageBytes = 0;
        dictionaryBytes = 0;
        lastSequence = header.firstSequence() - 1;
    }

    /** Adds all messages of a fragment; they get the sequences that follow. */
    void add(Fragment fragment) {
        long age = Math.max(0, header.gatewayMillis() - fragment.receivedMillis());
        beginSegment(fragment.origin(), fragment.count(), age);
        out.writeVarint(fragment.topicCount());
        for (int i = 0; i < fragment.topicCount(); i++) {
            out.writeVarint(indexOf(fragment.topic(i)));
        }
        out.write(fragment.records().array(), 0, fragment.records().length());
        count += fragment.count();
        lastSequence += fragment.count();
        messageBytes += fragment.messageBytes();
    }

    /** Adds the message at which the reader stands, with its sequence; only to a sparse chunk. */
    void add(ChunkReader message) {
        long age = Math.max(0, header.gatewayMillis() - message.receivedMillis());
        beginSegment(message.origin(), 1, age);
        out.writeVarint(1).writeVarint(indexOf(message.topic()));
        boolean properties = message.propertiesLength() > 0;
        out.writeByte(message.qos()
                        | (message.retain() ? ChunkFormat.RECORD_RETAIN : 0)
                        | (properties ? ChunkFormat.RECORD_PROPERTIES : 0))
                .writeVarint(0)
                .writeVarint(message.payloadLength());
        if (properties) {
            out.writeVarint(message.propertiesLength());
        }
        out.writeVarint(Math.toIntExact(message.sequence() - lastSequence - 1));
        out.write(message.bytes(), message.propertiesOffset(), message.propertiesLength());
        out.write(message.bytes(), message.payloadOffset(), message.payloadLength());
        count++;
        lastSequence = message.sequence();
        messageBytes += message.messageBytes();
    }

    private void beginSegment(Origin origin, int messages, long age) {
        Integer index = originIndexes.get(origin);
        if (index == null) {
            index = origins.size();
            originIndexes.put(origin, index);
            origins.add(origin);
            dictionaryBytes += origin.name().length() + origin.clientId().length();
        }
        out.writeVarint(index).writeVarint(messages).writeVarint((int) Math.min(age, Integer.MAX_VALUE));
    }

    private int indexOf(Topic topic) {
        Integer index = topicIndexes.get(topic);
        if (index == null) {
            index = topics.size();
            topicIndexes.put(topic, index);
            topics.add(topic);
            dictionaryBytes += topic.length();
        }
        return index;
    }

    /** Bytes laid out so far, the dictionary included. */
    int length() {
        return out.length() + dictionaryBytes;
    }

    long lastSequence() {
        return lastSequence;
    }

    long messageBytes() {
        return messageBytes;
    }

    /** Ends the chunk and returns its bytes, checksum included. */
    byte[] finish() {
        int dictionary = out.length();
        out.writeVarint(topics.size());
        for (Topic topic : topics) {
            out.writeBytes(topic.utf8());
        }
        out.writeVarint(origins.size());
        for (Origin origin : origins) {
            out.writeByte(origin.source().code()).writeText(origin.name()).writeText(origin.clientId());
        }
        byte[] bytes = out.toByteArray();
        int flags = (sparse ? ChunkFormat.FLAG_SPARSE : 0) | (header.wallSynced() ? ChunkFormat.FLAG_WALL_SYNCED : 0);
        ChunkFormat.putShort(bytes, ChunkFormat.AT_MAGIC, ChunkFormat.MAGIC);
        bytes[ChunkFormat.AT_VERSION] = ChunkFormat.VERSION;
        bytes[ChunkFormat.AT_FLAGS] = (byte) flags;
        ChunkFormat.putLong(bytes, ChunkFormat.AT_FIRST_SEQUENCE, header.firstSequence());
        ChunkFormat.putInt(bytes, ChunkFormat.AT_COUNT, count);
        ChunkFormat.putInt(bytes, ChunkFormat.AT_SPAN, Math.toIntExact(lastSequence - header.firstSequence()));
        ChunkFormat.putLong(bytes, ChunkFormat.AT_EPOCH, header.epoch());
        ChunkFormat.putLong(bytes, ChunkFormat.AT_BYTES_BEFORE, header.bytesBefore());
        ChunkFormat.putLong(bytes, ChunkFormat.AT_GATEWAY_MILLIS, header.gatewayMillis());
        ChunkFormat.putLong(bytes, ChunkFormat.AT_WALL_MILLIS, header.wallMillis());
        ChunkFormat.putShort(bytes, ChunkFormat.AT_LANE, header.lane());
        ChunkFormat.putInt(bytes, ChunkFormat.AT_DICTIONARY, dictionary);
        ChunkFormat.putInt(bytes, ChunkFormat.AT_MESSAGE_BYTES, Math.toIntExact(messageBytes));
        ChunkFormat.putInt(bytes, ChunkFormat.AT_CRC, ChunkFormat.checksum(bytes));
        return bytes;
    }
}
