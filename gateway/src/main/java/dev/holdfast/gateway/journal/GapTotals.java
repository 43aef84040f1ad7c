package dev.holdfast.gateway.journal;

import java.util.EnumMap;
import java.util.Map;

/**
 * How much was removed undelivered since the store was made, by reason. Immutable.
 *
 * @param messages how many
 * @param bytes bytes of their topics, properties and payloads, as far as they are known
 */
public record GapTotals(Map<GapReason, Long> messages, Map<GapReason, Long> bytes) {
    /** Nothing. */
    static final GapTotals NONE = new GapTotals(Map.of(), Map.of());

    private static final int VERSION = 1;

    /** Copies the maps. */
    public GapTotals {
        messages = Map.copyOf(messages);
        bytes = Map.copyOf(bytes);
    }

    GapTotals plus(GapReason reason, long moreMessages, long moreBytes) {
        return new GapTotals(added(messages, reason, moreMessages), added(bytes, reason, moreBytes));
    }

    private static Map<GapReason, Long> added(Map<GapReason, Long> to, GapReason reason, long more) {
        Map<GapReason, Long> sum = new EnumMap<>(GapReason.class);
        sum.putAll(to);
        sum.merge(reason, more, Long::sum);
        return sum;
    }

    byte[] encode() {
        ByteWriter out = new ByteWriter(128).writeByte(VERSION).writeVarint(messages.size());
        messages.forEach((reason, count) ->
                out.writeByte(reason.code()).writeLong(count).writeLong(bytes.getOrDefault(reason, 0L)));
        return out.toCheckedArray();
    }

    static GapTotals decode(byte[] stored) {
        ByteReader in = ByteReader.checked(stored);
        int version = in.readByte();
        if (version != VERSION) {
            throw new CorruptChunkException("the totals of gaps have version " + version);
        }
        GapTotals totals = NONE;
        for (int left = in.readVarint(); left > 0; left--) {
            totals = totals.plus(GapReason.ofCode(in.readByte()), in.readLong(), in.readLong());
        }
        return totals;
    }
}
