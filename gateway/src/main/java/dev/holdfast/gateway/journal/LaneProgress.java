package dev.holdfast.gateway.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What of one lane a route has still to deliver: ranges of sequences, normally one that begins at the cursor and has no
 * end. Immutable.
 *
 * @param lane name of the lane
 * @param pending the ranges, ascending, not touching each other; the last one is open
 * @param previous sequence of the message before the first pending one that the route wants, 0 when there is none; it
 *     goes into the identity stamp, which must be the same when the message is sent again after a restart
 */
public record LaneProgress(String lane, List<Range> pending, long previous) {

    /**
     * Sequences from one to another.
     *
     * @param from the first
     * @param to the last; {@link #OPEN} when there is no end
     */
    public record Range(long from, long to) {

        /** The end of a range that has none. */
        public static final long OPEN = Long.MAX_VALUE;

        @Override
        public boolean equals(@Nullable Object object) {
            return object instanceof Range other && from == other.from && to == other.to;
        }

        @Override
        public int hashCode() {
            return Objects.hash(from, to);
        }
    }

    /** Checks the form of the ranges. */
    public LaneProgress {
        pending = List.copyOf(pending);
        long end = 0;
        for (Range range : pending) {
            if (end == Range.OPEN || range.from() <= end || range.to() < range.from()) {
                throw new IllegalArgumentException("pending ranges must ascend, but are " + pending);
            }
            end = range.to();
        }
        if (end != Range.OPEN) {
            throw new IllegalArgumentException("the last pending range must be open, but they are " + pending);
        }
    }

    @Override
    public boolean equals(@Nullable Object object) {
        return object instanceof LaneProgress other
                && previous == other.previous
                && lane.equals(other.lane)
                && pending.equals(other.pending);
    }

    @Override
    public int hashCode() {
        return Objects.hash(lane, pending, previous);
    }

    /** Everything from the given sequence on. */
    public static LaneProgress from(String lane, long sequence) {
        return new LaneProgress(lane, List.of(new Range(sequence, Range.OPEN)), 0);
    }

    /** The lowest pending sequence; everything below is settled. */
    public long lowest() {
        return pending.get(0).from();
    }

    void encode(ByteWriter out) {
        out.writeText(lane).writeLong(previous).writeVarint(pending.size());
        for (Range range : pending) {
            out.writeLong(range.from()).writeLong(range.to());
        }
    }

    static LaneProgress decode(ByteReader in) {
        String lane = in.readText();
        long previous = in.readLong();
        int count = in.readVarint();
        List<Range> pending = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            pending.add(new Range(in.readLong(), in.readLong()));
        }
        try {
            return new LaneProgress(lane, pending, previous);
        } catch (IllegalArgumentException e) {
            throw new CorruptChunkException("stored progress: " + e.getMessage());
        }
    }
}
