package dev.holdfast.gateway.journal;

import java.util.ArrayList;
import java.util.List;

/**
 * An accounted absence: messages of one lane that were removed without having been delivered to all who wanted them.
 *
 * @param number counts the gaps of a store up from 1
 * @param lane name of the lane
 * @param routes the routes that wanted them and did not get them; empty when none did
 * @param from sequence of the first; of messages that were {@link GapReason#PASSED}, and so have none, the newest in the
 *     lane at that time, also for the last
 * @param to sequence of the last; between them others may have been delivered
 * @param messages how many; of a {@link GapReason#CORRUPT} chunk as many as there can have been
 * @param bytes bytes of their topics, properties and payloads, as far as it is known
 * @param reason why
 * @param sinceMillis gateway time at which the first was removed
 * @param untilMillis gateway time at which the last was removed
 * @param wallMillis wall clock at the first removal, ms since 1970 as the machine believed
 * @param announced whether the message that tells of it is stored, or none is wanted
 */
public record Gap(
        long number,
        String lane,
        List<String> routes,
        long from,
        long to,
        long messages,
        long bytes,
        GapReason reason,
        long sinceMillis,
        long untilMillis,
        long wallMillis,
        boolean announced) {

    private static final int VERSION = 1;

    /** Copies the list. */
    public Gap {
        routes = List.copyOf(routes);
    }

    /** This gap with more messages. */
    Gap extended(long first, long last, long moreMessages, long moreBytes, long nowMillis) {
        return new Gap(
                number,
                lane,
                routes,
                Math.min(from, first),
                Math.max(to, last),
                messages + moreMessages,
                bytes + moreBytes,
                reason,
                sinceMillis,
                nowMillis,
                wallMillis,
                announced);
    }

    Gap asAnnounced() {
        return new Gap(
                number, lane, routes, from, to, messages, bytes, reason, sinceMillis, untilMillis, wallMillis, true);
    }

    byte[] encode() {
        ByteWriter out = new ByteWriter(128)
                .writeByte(VERSION)
                .writeByte(reason.code())
                .writeByte(announced ? 1 : 0)
                .writeText(lane)
                .writeLong(from)
                .writeLong(to)
                .writeLong(messages)
                .writeLong(bytes)
                .writeLong(sinceMillis)
                .writeLong(untilMillis)
                .writeLong(wallMillis)
                .writeVarint(routes.size());
        routes.forEach(out::writeText);
        return out.toCheckedArray();
    }

    static Gap decode(long number, byte[] bytes) {
        ByteReader in = ByteReader.checked(bytes);
        int version = in.readByte();
        if (version != VERSION) {
            throw new CorruptChunkException("a gap has version " + version + ", known is " + VERSION);
        }
        GapReason reason = GapReason.ofCode(in.readByte());
        boolean announced = in.readByte() == 1;
        String lane = in.readText();
        long from = in.readLong();
        long to = in.readLong();
        long messages = in.readLong();
        long size = in.readLong();
        long since = in.readLong();
        long until = in.readLong();
        long wall = in.readLong();
        int count = in.readVarint();
        List<String> routes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            routes.add(in.readText());
        }
        return new Gap(number, lane, routes, from, to, messages, size, reason, since, until, wall, announced);
    }
}
