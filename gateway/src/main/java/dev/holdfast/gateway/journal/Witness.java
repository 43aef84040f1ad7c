package dev.holdfast.gateway.journal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the committer last knew to be durable. It lies outside of the engine, so that a start can tell whether the engine
 * has lost something. It is not synced: it survives the process, and may be older after a power cut.
 *
 * @param lanes the lanes
 */
record Witness(List<Lane> lanes) {

    private static final int VERSION = 1;

    /**
     * A lane as it was.
     *
     * @param log its record
     * @param head sequence of its newest message
     * @param tail sequence of the oldest that was kept
     */
    record Lane(LaneLog log, long head, long tail) {}

    static byte[] encode(List<LaneLog> lanes) {
        ByteWriter out =
                new ByteWriter(16 + 96 * lanes.size()).writeByte(VERSION).writeVarint(lanes.size());
        for (LaneLog lane : lanes) {
            LaneState state = lane.state();
            byte[] record = lane.encode();
            out.writeText(lane.name())
                    .writeLong(state.head())
                    .writeLong(state.tail())
                    .writeVarint(record.length);
            out.write(record, 0, record.length);
        }
        return out.toByteArray();
    }

    /**
     * Reads one.
     *
     * @throws StoreException if a newer Holdfast wrote it
     */
    static Witness decode(byte @Nullable [] bytes) {
        List<Lane> lanes = new ArrayList<>();
        if (bytes != null) {
            ByteReader in = new ByteReader(bytes);
            int version = in.readByte();
            if (version != VERSION) {
                throw new StoreException("the witness of the store has version " + version
                        + ", this Holdfast reads version " + VERSION + "; start the one that wrote it");
            }
            for (int left = in.readVarint(); left > 0; left--) {
                String name = in.readText();
                long head = in.readLong();
                long tail = in.readLong();
                int length = in.readVarint();
                int from = in.skip(length);
                lanes.add(new Lane(LaneLog.decode(name, Arrays.copyOfRange(bytes, from, from + length)), head, tail));
            }
        }
        return new Witness(lanes);
    }
}
