package dev.holdfast.gateway.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How far a route has come: what is pending in each lane, and how many messages it has settled in its life. Immutable.
 *
 * @param lanes one for each lane
 * @param accepted messages that the sink took over
 * @param deadLettered messages that the sink refused and that were put aside
 * @param expired messages whose expiry had passed before they could be delivered
 */
public record RouteProgress(List<LaneProgress> lanes, long accepted, long deadLettered, long expired) {

    private static final int VERSION = 1;

    /** Of a route that has delivered nothing. */
    static final RouteProgress NONE = new RouteProgress(List.of(), 0, 0, 0);

    /** Copies the list. */
    public RouteProgress {
        lanes = List.copyOf(lanes);
    }

    /** Written out, as the JVM takes 70 ms of a start to link the one that it would make; so in what this consists of. */
    @Override
    public boolean equals(@Nullable Object object) {
        return object instanceof RouteProgress other
                && accepted == other.accepted
                && deadLettered == other.deadLettered
                && expired == other.expired
                && lanes.equals(other.lanes);
    }

    @Override
    public int hashCode() {
        return Objects.hash(lanes, accepted, deadLettered, expired);
    }

    /** Messages settled in all. */
    public long settled() {
        return accepted + deadLettered + expired;
    }

    /** Encodes it together with the fingerprint of what the route wants, without which it means nothing. */
    byte[] encode(long fingerprint) {
        ByteWriter out = new ByteWriter(128);
        out.writeByte(VERSION)
                .writeLong(fingerprint)
                .writeLong(accepted)
                .writeLong(deadLettered)
                .writeLong(expired);
        out.writeVarint(lanes.size());
        for (LaneProgress lane : lanes) {
            lane.encode(out);
        }
        return out.toCheckedArray();
    }

    /** The fingerprint with which it was encoded; 0 when it can't be believed. */
    static long fingerprint(byte[] bytes) {
        try {
            ByteReader in = ByteReader.checked(bytes);
            in.readByte();
            return in.readLong();
        } catch (CorruptChunkException e) {
            return 0;
        }
    }

    /** Decodes it; without lanes if it is that of a route that wanted something else. */
    static RouteProgress decode(byte[] bytes, long fingerprint) {
        ByteReader in = ByteReader.checked(bytes);
        int version = in.readByte();
        if (version != VERSION) {
            throw new CorruptChunkException("stored progress has version " + version + ", known is " + VERSION);
        }
        boolean wantsTheSame = in.readLong() == fingerprint;
        long accepted = in.readLong();
        long deadLettered = in.readLong();
        long expired = in.readLong();
        int count = in.readVarint();
        List<LaneProgress> lanes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            lanes.add(LaneProgress.decode(in));
        }
        return new RouteProgress(wantsTheSame ? lanes : List.of(), accepted, deadLettered, expired);
    }
}
