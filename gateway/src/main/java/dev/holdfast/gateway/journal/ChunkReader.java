package dev.holdfast.gateway.journal;

/**
 * Reads the messages of one chunk, one after the other, without creating an object for each. Everything is checked
 * before it is believed: a chunk whose checksum, key or structure is wrong is a {@link CorruptChunkException}.
 *
 * <p>The payload and the properties are ranges of {@link #bytes()}, which nobody may change. Not thread-safe.
 */
public final class ChunkReader {

    private final byte[] bytes;
    private final Topic[] topics;
    private final Origin[] origins;
    private final boolean sparse;
    private final ByteReader in;

    private final int dictionaryAt;

    // the segment that is being read
    private int left;
    private long receivedMillis;
    private Origin origin = new Origin(Origin.Source.GATEWAY, "", "");
    private Topic[] segmentTopics = new Topic[4];
    private int segmentTopicCount;

    // the message at which the reader stands
    private long sequence;
    private int flags;
    private Topic topic = Topic.of("");
    private int propertiesOffset;
    private int propertiesLength;
    private int payloadOffset;
    private int payloadLength;

    private ChunkReader(byte[] bytes, TopicTable table) {
        this.bytes = bytes;
        this.sparse = isSparse(bytes);
        this.dictionaryAt = ChunkFormat.getInt(bytes, ChunkFormat.AT_DICTIONARY);
        if (dictionaryAt < ChunkFormat.HEADER_BYTES || dictionaryAt > bytes.length) {
            throw new CorruptChunkException("its dictionary would lie at " + dictionaryAt);
        }
        ByteReader dictionary = new ByteReader(bytes, dictionaryAt, bytes.length);
        this.topics = new Topic[checkedCount(dictionary)];
        for (int i = 0; i < topics.length; i++) {
            int length = dictionary.readVarint();
            topics[i] = table.intern(bytes, dictionary.skip(length), length);
        }
        this.origins = new Origin[checkedCount(dictionary)];
        for (int i = 0; i < origins.length; i++) {
            origins[i] = new Origin(
                    Origin.Source.ofCode(dictionary.readByte()), dictionary.readText(), dictionary.readText());
        }
        this.in = new ByteReader(bytes, ChunkFormat.HEADER_BYTES, dictionaryAt);
        this.sequence = firstSequence() - 1;
    }

    private int checkedCount(ByteReader dictionary) {
        int entries = dictionary.readVarint();
        if (entries > bytes.length) {
            throw new CorruptChunkException("its dictionary would have " + entries + " entries");
        }
        return entries;
    }

    /**
     * Opens a chunk.
     *
     * @param key the sequence under which it is stored
     * @param bytes the stored bytes, kept and not to be changed
     * @param table gives topics that were seen before as the same objects
     * @throws CorruptChunkException if it is not the chunk that was written
     */
    public static ChunkReader open(long key, byte[] bytes, TopicTable table) {
        verify(key, bytes);
        return new ChunkReader(bytes, table);
    }

    /** Reads one that was not checked: what does not fit is noticed, what fits may be wrong all the same. */
    static ChunkReader unverified(byte[] bytes) {
        return new ChunkReader(bytes, new TopicTable());
    }

    /** Checks a chunk that was found anywhere, whatever its key. */
    static void verify(byte[] bytes) {
        verify(bytes.length < ChunkFormat.HEADER_BYTES ? 0 : firstSequence(bytes), bytes);
    }

    /** Whether {@link #verify(long, byte[])} finds nothing wrong. */
    static boolean isWhole(long key, byte[] bytes) {
        try {
            verify(key, bytes);
            return true;
        } catch (CorruptChunkException e) {
            return false;
        }
    }

    /** Checks all that can be checked without reading the messages: length, magic, version, checksum, key. */
    static void verify(long key, byte[] bytes) {
        if (bytes.length < ChunkFormat.HEADER_BYTES) {
            throw new CorruptChunkException("it has only " + bytes.length + " bytes");
        }
        int magic = ChunkFormat.getShort(bytes, ChunkFormat.AT_MAGIC);
        if (magic != ChunkFormat.MAGIC) {
            throw new CorruptChunkException("it begins with " + Integer.toHexString(magic));
        }
        int version = bytes[ChunkFormat.AT_VERSION];
        if (version != ChunkFormat.VERSION) {
            throw new CorruptChunkException("its version is " + version + ", known is " + ChunkFormat.VERSION);
        }
        int checksum = ChunkFormat.checksum(bytes);
        int stored = ChunkFormat.getInt(bytes, ChunkFormat.AT_CRC);
        if (checksum != stored) {
            throw new CorruptChunkException(
                    "its checksum is " + Integer.toHexString(checksum) + ", stored is " + Integer.toHexString(stored));
        }
        long first = ChunkFormat.getLong(bytes, ChunkFormat.AT_FIRST_SEQUENCE);
        if (first != key) {
            throw new CorruptChunkException("it begins with message " + first + " but lies at " + key);
        }
        if (ChunkFormat.getInt(bytes, ChunkFormat.AT_COUNT) < 1 || ChunkFormat.getInt(bytes, ChunkFormat.AT_SPAN) < 0) {
            throw new CorruptChunkException("it is empty");
        }
        if ((bytes[ChunkFormat.AT_FLAGS] & ~ChunkFormat.KNOWN_FLAGS) != 0) {
            throw new CorruptChunkException("its flags are " + bytes[ChunkFormat.AT_FLAGS]);
        }
    }

    /** Sequence of its first message. */
    public long firstSequence() {
        return firstSequence(bytes);
    }

    /** Sequence of its last message. */
    public long lastSequence() {
        return lastSequence(bytes);
    }

    static long firstSequence(byte[] bytes) {
        return ChunkFormat.getLong(bytes, ChunkFormat.AT_FIRST_SEQUENCE);
    }

    static long lastSequence(byte[] bytes) {
        return firstSequence(bytes) + ChunkFormat.getInt(bytes, ChunkFormat.AT_SPAN);
    }

    /** Epoch of the gateway's run that wrote it. */
    public long epoch() {
        return ChunkFormat.getLong(bytes, ChunkFormat.AT_EPOCH);
    }

    /** Bytes of all messages of its lane that were stored before it. */
    public long bytesBefore() {
        return ChunkFormat.getLong(bytes, ChunkFormat.AT_BYTES_BEFORE);
    }

    /** Gateway time of its commit, ms. */
    public long gatewayMillis() {
        return ChunkFormat.getLong(bytes, ChunkFormat.AT_GATEWAY_MILLIS);
    }

    /** Wall clock at its commit, ms since 1970. */
    public long wallMillis() {
        return ChunkFormat.getLong(bytes, ChunkFormat.AT_WALL_MILLIS);
    }

    /** Whether the wall clock was synchronised then. */
    public boolean wallSynced() {
        return (bytes[ChunkFormat.AT_FLAGS] & ChunkFormat.FLAG_WALL_SYNCED) != 0;
    }

    /** How many messages it holds. */
    public int count() {
        return count(bytes);
    }

    /** The header of a chunk that holds only messages of this one, beginning with the given sequence. */
    ChunkBuilder.Header headerFrom(long sequence) {
        int lane = ChunkFormat.getShort(bytes, ChunkFormat.AT_LANE);
        return new ChunkBuilder.Header(
                lane, epoch(), sequence, bytesBefore(), gatewayMillis(), wallMillis(), wallSynced());
    }

    /** Bytes of its messages: topics, properties and payloads. */
    long totalMessageBytes() {
        return messageBytes(bytes);
    }

    /** Whether its sequences may have holes. */
    static boolean isSparse(byte[] header) {
        return (header[ChunkFormat.AT_FLAGS] & ChunkFormat.FLAG_SPARSE) != 0;
    }

    static int lane(byte[] header) {
        return ChunkFormat.getShort(header, ChunkFormat.AT_LANE);
    }

    static long bytesBefore(byte[] header) {
        return ChunkFormat.getLong(header, ChunkFormat.AT_BYTES_BEFORE);
    }

    static int count(byte[] header) {
        return ChunkFormat.getInt(header, ChunkFormat.AT_COUNT);
    }

    static int messageBytes(byte[] header) {
        return ChunkFormat.getInt(header, ChunkFormat.AT_MESSAGE_BYTES);
    }

    /** The bytes of its messages, as far as what it says can be believed. */
    static int plausibleMessageBytes(byte[] chunk) {
        return chunk.length < ChunkFormat.HEADER_BYTES ? 0 : Math.max(0, messageBytes(chunk));
    }

    /**
     * Goes on to the next message.
     *
     * @return false at the end
     */
    public boolean next() {
        if (left == 0) {
            if (in.atEnd()) {
                return false;
            }
            readSegment();
        }
        left--;
        flags = in.readByte();
        if ((flags & ~ChunkFormat.KNOWN_RECORD_FLAGS) != 0 || qos() > 2) {
            throw new CorruptChunkException("the flags of a record are " + flags);
        }
        int topicIndex = in.readVarint();
        if (topicIndex >= segmentTopicCount) {
            throw new CorruptChunkException("a record has topic " + topicIndex + " of " + segmentTopicCount);
        }
        topic = segmentTopics[topicIndex];
        payloadLength = in.readVarint();
        propertiesLength = (flags & ChunkFormat.RECORD_PROPERTIES) != 0 ? in.readVarint() : 0;
        sequence += 1 + (sparse ? in.readVarint() : 0);
        propertiesOffset = in.skip(propertiesLength);
        payloadOffset = in.skip(payloadLength);
        return true;
    }

    private void readSegment() {
        origin = origins[checkedIndex(in.readVarint(), origins.length)];
        left = in.readVarint();
        if (left == 0) {
            throw new CorruptChunkException("a segment is empty");
        }
        receivedMillis = gatewayMillis() - in.readVarint();
        segmentTopicCount = in.readVarint();
        if (segmentTopicCount > topics.length) {
            throw new CorruptChunkException("a segment has " + segmentTopicCount + " topics of " + topics.length);
        }
        if (segmentTopics.length < segmentTopicCount) {
            segmentTopics = new Topic[segmentTopicCount];
        }
        for (int i = 0; i < segmentTopicCount; i++) {
            segmentTopics[i] = topics[checkedIndex(in.readVarint(), topics.length)];
        }
    }

    private static int checkedIndex(int index, int length) {
        if (index >= length) {
            throw new CorruptChunkException("its dictionary has no entry " + index);
        }
        return index;
    }

    /** Sequence of the message. */
    public long sequence() {
        return sequence;
    }

    /** Its topic. */
    public Topic topic() {
        return topic;
    }

    /** Where it came in. */
    public Origin origin() {
        return origin;
    }

    /** When it came in, gateway time in ms. */
    public long receivedMillis() {
        return receivedMillis;
    }

    /** When it came in by the wall clock, ms since 1970; {@link #wallSynced()} tells what that is worth. */
    public long receivedWallMillis() {
        return wallMillis() - (gatewayMillis() - receivedMillis);
    }

    /** Its QoS: 0, 1 or 2. */
    public int qos() {
        return flags & ChunkFormat.RECORD_QOS_MASK;
    }

    /** Its retain flag. */
    public boolean retain() {
        return (flags & ChunkFormat.RECORD_RETAIN) != 0;
    }

    /** The array that holds its properties and payload. */
    public byte[] bytes() {
        return bytes;
    }

    /** Where its MQTT 5 properties begin. */
    public int propertiesOffset() {
        return propertiesOffset;
    }

    /** How many bytes its MQTT 5 properties have; 0 when there are none. */
    public int propertiesLength() {
        return propertiesLength;
    }

    /** Where its payload begins. */
    public int payloadOffset() {
        return payloadOffset;
    }

    /** How many bytes its payload has. */
    public int payloadLength() {
        return payloadLength;
    }

    /** Bytes of the message: topic, properties and payload. */
    public long messageBytes() {
        return topic.length() + (long) propertiesLength + payloadLength;
    }
}
