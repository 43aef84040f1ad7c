package dev.holdfast.gateway.route;

import dev.holdfast.gateway.journal.Topic;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Tells to which lane a message belongs: the first one that has a filter which matches its topic, else the last.
 * Thread-safe.
 *
 * <p>Topics repeat, so what was found is remembered for some thousand of them.
 */
public final class LaneTable {

    private static final int REMEMBERED = 4_096;

    private record Known(Topic topic, int lane) {}

    private final List<List<TopicFilter>> lanes;
    private final AtomicReferenceArray<@Nullable Known> remembered = new AtomicReferenceArray<>(REMEMBERED);

    /**
     * A table.
     *
     * @param lanes the filters of each lane but the last, which takes everything else
     */
    public LaneTable(List<List<TopicFilter>> lanes) {
        this.lanes = lanes.stream().map(List::copyOf).toList();
    }

    /** Index of the lane of messages of this topic. */
    public int laneOf(Topic topic) {
        if (lanes.isEmpty()) {
            return 0;
        }
        int hash = topic.hashCode();
        int slot = (hash ^ (hash >>> 16)) & (REMEMBERED - 1);
        Known known = remembered.getPlain(slot);
        if (known == null || !known.topic().equals(topic)) {
            known = new Known(topic, find(topic.name()));
            remembered.setPlain(slot, known);
        }
        return known.lane();
    }

    private int find(String topic) {
        for (int i = 0; i < lanes.size(); i++) {
            for (TopicFilter filter : lanes.get(i)) {
                if (filter.matches(topic)) {
                    return i;
                }
            }
        }
        return lanes.size();
    }
}
