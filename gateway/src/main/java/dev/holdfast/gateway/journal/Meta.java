package dev.holdfast.gateway.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.gateway.time.GatewayClock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The table of what the journal knows about itself. Keys are text: {@code format}, {@code epoch}, {@code clock}, {@code
 * gaps}, {@code lost}, {@code lane/NAME}, {@code route/NAME}, {@code salvage/NAME}; docs/STORAGE-FORMAT.md tells what lies under them.
 */
final class Meta {

    static final String TABLE = "meta";

    /** The version of everything in the store; raised when an older Holdfast would misread it. */
    static final int FORMAT_VERSION = 1;

    static final byte[] FORMAT = "format".getBytes(UTF_8);
    static final byte[] EPOCH = "epoch".getBytes(UTF_8);
    static final byte[] GAP_TOTALS = "gaps".getBytes(UTF_8);
    static final byte[] CLOCK = "clock".getBytes(UTF_8);

    /** What a salvage has found to be lost, until the transaction that accounts for it. */
    static final byte[] LOST = "lost".getBytes(UTF_8);

    private static final String LANE_PREFIX = "lane/";
    private static final String ROUTE_PREFIX = "route/";
    private static final String SALVAGE_PREFIX = "salvage/";

    private Meta() {}

    static byte[] lane(String name) {
        return (LANE_PREFIX + name).getBytes(UTF_8);
    }

    static boolean isLane(byte[] key) {
        return new String(key, UTF_8).startsWith(LANE_PREFIX);
    }

    static String laneName(byte[] key) {
        return new String(key, UTF_8).substring(LANE_PREFIX.length());
    }

    static byte[] route(String name) {
        return (ROUTE_PREFIX + name).getBytes(UTF_8);
    }

    static boolean isRoute(byte[] key) {
        return new String(key, UTF_8).startsWith(ROUTE_PREFIX);
    }

    static String routeName(byte[] key) {
        return new String(key, UTF_8).substring(ROUTE_PREFIX.length());
    }

    /** How a lane was before a salvage began to bring chunks back to it, until that has come to its end. */
    static byte[] salvage(String lane) {
        return (SALVAGE_PREFIX + lane).getBytes(UTF_8);
    }

    static byte[] encode(Collection<Lost> lost) {
        ByteWriter out = new ByteWriter(64).writeVarint(lost.size());
        for (Lost range : lost) {
            out.writeText(range.lane()).writeLong(range.from()).writeLong(range.to());
        }
        return out.toCheckedArray();
    }

    static List<Lost> decodeLost(byte @Nullable [] bytes) {
        List<Lost> lost = new ArrayList<>();
        if (bytes != null) {
            ByteReader in = ByteReader.checked(bytes);
            for (int left = in.readVarint(); left > 0; left--) {
                lost.add(new Lost(in.readText(), in.readLong(), in.readLong()));
            }
        }
        return lost;
    }

    static byte[] encode(GatewayClock.Reading time, List<GatewayClock.Jump> jumps) {
        ByteWriter out = new ByteWriter(32)
                .writeLong(time.gatewayMillis())
                .writeLong(time.wallMillis())
                .writeByte(time.wallSynced() ? 1 : 0)
                .writeVarint(jumps.size());
        for (GatewayClock.Jump jump : jumps) {
            out.writeLong(jump.fromMillis()).writeLong(jump.atMillis()).writeLong(jump.byMillis());
        }
        return out.toCheckedArray();
    }

    static List<GatewayClock.Jump> decodeJumps(byte[] bytes) {
        ByteReader in = ByteReader.checked(bytes);
        in.skip(Long.BYTES + Long.BYTES + 1);
        List<GatewayClock.Jump> jumps = new ArrayList<>();
        for (int left = in.readVarint(); left > 0; left--) {
            jumps.add(new GatewayClock.Jump(in.readLong(), in.readLong(), in.readLong()));
        }
        return jumps;
    }

    static GatewayClock.Reading decodeClock(byte[] bytes) {
        ByteReader in = ByteReader.checked(bytes);
        return new GatewayClock.Reading(in.readLong(), in.readLong(), in.readByte() == 1);
    }
}
