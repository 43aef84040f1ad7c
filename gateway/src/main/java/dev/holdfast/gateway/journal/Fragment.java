package dev.holdfast.gateway.journal;

/**
 * Messages of one origin for one lane, encoded as they will lie in a chunk, but without sequences: what an I/O thread
 * prepares and the committer only copies. Filled by one thread, handed over once, then never changed.
 *
 * <p>A message is added in three steps: {@link #begin} names it, then its properties and its payload are copied into
 * {@link #buffer()} at the offsets that {@link #claim} gives, in this order and complete.
 */
public final class Fragment {

    /** How many different topics one fragment can hold; further ones go into the next fragment. */
    static final int MAX_TOPICS = 32;

    /** A topic is kept as bytes and as text. */
    private static final int TOPIC_COPIES = 3;

    private final int lane;
    private final Origin origin;
    private final long receivedMillis;
    private final Topic[] topics = new Topic[MAX_TOPICS];
    private final ByteWriter records;
    private int topicCount;
    private int count;
    private long messageBytes;
    private int topicBytes;

    /**
     * An empty fragment.
     *
     * @param lane index of the lane that the messages belong to
     * @param origin where they came in
     * @param receivedMillis when, in gateway time
     * @param capacity a guess of their bytes
     */
    public Fragment(int lane, Origin origin, long receivedMillis, int capacity) {
        this.lane = lane;
        this.origin = origin;
        this.receivedMillis = receivedMillis;
        this.records = new ByteWriter(capacity);
    }

    /**
     * Begins a message.
     *
     * @param topic its topic
     * @param qos 0, 1 or 2
     * @param retain its retain flag
     * @param propertiesLength bytes of its MQTT 5 properties as in PUBLISH, without their length and topic alias
     * @param payloadLength bytes of its payload
     * @return whether there was room for another topic; if not, nothing was changed
     */
    public boolean begin(Topic topic, int qos, boolean retain, int propertiesLength, int payloadLength) {
        int index = indexOf(topic);
        if (index < 0) {
            return false;
        }
        int flags = qos
                | (retain ? ChunkFormat.RECORD_RETAIN : 0)
                | (propertiesLength > 0 ? ChunkFormat.RECORD_PROPERTIES : 0);
        records.writeByte(flags).writeVarint(index).writeVarint(payloadLength);
        if (propertiesLength > 0) {
            records.writeVarint(propertiesLength);
        }
        count++;
        messageBytes += topic.length() + (long) propertiesLength + payloadLength;
        return true;
    }

    /** Makes room for so many bytes of the message just begun, to be copied to this offset of {@link #buffer()}. */
    public int claim(int length) {
        return records.claim(length);
    }

    /** Where claimed bytes go. Valid until the next {@link #claim} or {@link #begin}. */
    public byte[] buffer() {
        return records.array();
    }

    private int indexOf(Topic topic) {
        for (int i = topicCount - 1; i >= 0; i--) {
            if (topics[i].equals(topic)) {
                return i;
            }
        }
        if (topicCount == MAX_TOPICS) {
            return -1;
        }
        topics[topicCount] = topic;
        topicBytes += topic.length();
        return topicCount++;
    }

    /** Index of the lane. */
    public int lane() {
        return lane;
    }

    /** How many messages it holds. */
    public int count() {
        return count;
    }

    /** Bytes of its messages: topics, properties and payloads. */
    public long messageBytes() {
        return messageBytes;
    }

    /** Bytes of memory that it takes, roughly. */
    int footprint() {
        return records.array().length + TOPIC_COPIES * topicBytes + 256;
    }

    /** Bytes that it adds to a chunk at most, its dictionary included. */
    int length() {
        return records.length() + topicBytes;
    }

    Origin origin() {
        return origin;
    }

    long receivedMillis() {
        return receivedMillis;
    }

    int topicCount() {
        return topicCount;
    }

    Topic topic(int index) {
        return topics[index];
    }

    ByteWriter records() {
        return records;
    }
}
