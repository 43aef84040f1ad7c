package dev.holdfast.gateway.journal;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Gives the same {@link Topic} object for the same bytes, so that a topic that repeats is decoded once. Bounded: a
 * colliding topic takes the place of the older one, which costs its next user a decoding and nothing else. Not
 * thread-safe.
 */
public final class TopicTable {

    private static final int SLOTS = 4096;
    private static final int WAYS = 2;

    /** A topic so long that keeping thousands of its kind would matter is not kept. */
    private static final int MAX_KEPT_LENGTH = 512;

    private final @Nullable Topic[] slots = new @Nullable Topic[SLOTS];

    /**
     * The topic of these bytes, which must be valid UTF-8.
     *
     * @param bytes holds the name
     * @param offset where it begins
     * @param length how many bytes it has
     */
    public Topic intern(byte[] bytes, int offset, int length) {
        Topic known = find(bytes, offset, length);
        return known != null ? known : add(Topic.of(bytes, offset, length));
    }

    /** The topic of these bytes if it was seen lately, else null. */
    public @Nullable Topic find(byte[] bytes, int offset, int length) {
        int hash = 1;
        for (int i = offset; i < offset + length; i++) {
            hash = 31 * hash + bytes[i];
        }
        int slot = slotOf(hash);
        for (int i = 0; i < WAYS; i++) {
            Topic known = slots[slot + i];
            if (known != null
                    && known.hashCode() == hash
                    && Arrays.equals(known.utf8(), 0, known.length(), bytes, offset, offset + length)) {
                return known;
            }
        }
        return null;
    }

    /** Keeps a topic to be found again. */
    public Topic add(Topic topic) {
        if (topic.length() <= MAX_KEPT_LENGTH) {
            int slot = slotOf(topic.hashCode());
            System.arraycopy(slots, slot, slots, slot + 1, WAYS - 1);
            slots[slot] = topic;
        }
        return topic;
    }

    private static int slotOf(int hash) {
        int mixed = hash ^ (hash >>> 16);
        return (mixed * WAYS) & (SLOTS - WAYS);
    }
}
