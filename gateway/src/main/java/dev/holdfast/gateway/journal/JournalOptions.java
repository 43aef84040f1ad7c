package dev.holdfast.gateway.journal;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a journal is to be run.
 *
 * @param lanes the lanes, by index and by priority. What was stored in others stays and is delivered after them.
 * @param routes what the configured routes want
 * @param quotaBytes the most that the store may take on disk, garbage and reserve included
 * @param commitEvery how long a commit waits after the one before, so that fewer are written; acknowledgements wait too
 * @param gapNotice how gaps are told to those upstream; null when nobody wants to know
 * @param maxQueuedBytes memory for what waits to be committed; beyond it {@link Journal#hasRoom()} says no
 * @param maxTransactionBytes how much one transaction takes, unless a single append is larger
 * @param maxChunkBytes how large a chunk gets, unless a single fragment is larger
 * @param diskUnitBytes what the reserves on disk are multiples of: a megabyte; less where a simulation has a tiny disk
 */
public record JournalOptions(
        List<LaneOptions> lanes,
        List<RouteInterest> routes,
        long quotaBytes,
        Duration commitEvery,
        @Nullable GapNotice gapNotice,
        int maxQueuedBytes,
        int maxTransactionBytes,
        int maxChunkBytes,
        long diskUnitBytes) {

    /** Name of the lane that takes what no other does. */
    public static final String DEFAULT_LANE = "default";

    /** The quota when none is given. */
    public static final long DEFAULT_QUOTA_BYTES = 4L << 30;

    private static final long MEBIBYTE = 1 << 20;

    /** Copies the lists. */
    public JournalOptions {
        lanes = List.copyOf(lanes);
        routes = List.copyOf(routes);
        if (lanes.isEmpty()) {
            throw new IllegalArgumentException("a journal needs a lane");
        }
    }

    /** One default lane without limits, the default quota, and the sizes that measured best. */
    public static JournalOptions defaults(List<RouteInterest> routes) {
        return new JournalOptions(
                List.of(LaneOptions.unlimited(DEFAULT_LANE)),
                routes,
                DEFAULT_QUOTA_BYTES,
                Duration.ZERO,
                null,
                8 << 20,
                2 << 20,
                64 << 10,
                MEBIBYTE);
    }

    /** The same with these lanes. */
    public JournalOptions withLanes(List<LaneOptions> others) {
        return new JournalOptions(
                others,
                routes,
                quotaBytes,
                commitEvery,
                gapNotice,
                maxQueuedBytes,
                maxTransactionBytes,
                maxChunkBytes,
                diskUnitBytes);
    }

    /** The same with this quota. */
    public JournalOptions withQuota(long bytes) {
        return new JournalOptions(
                lanes,
                routes,
                bytes,
                commitEvery,
                gapNotice,
                maxQueuedBytes,
                maxTransactionBytes,
                maxChunkBytes,
                diskUnitBytes);
    }

    /** The same with commits that wait so long after the one before. */
    public JournalOptions withCommitEvery(Duration wait) {
        return new JournalOptions(
                lanes,
                routes,
                quotaBytes,
                wait,
                gapNotice,
                maxQueuedBytes,
                maxTransactionBytes,
                maxChunkBytes,
                diskUnitBytes);
    }

    /** The same with gaps told upstream. */
    public JournalOptions withGapNotice(@Nullable GapNotice notice) {
        return new JournalOptions(
                lanes,
                routes,
                quotaBytes,
                commitEvery,
                notice,
                maxQueuedBytes,
                maxTransactionBytes,
                maxChunkBytes,
                diskUnitBytes);
    }

    /** The same with other sizes, for tests and simulations. */
    public JournalOptions withSizes(int queuedBytes, int transactionBytes, int chunkBytes, long unitBytes) {
        return new JournalOptions(
                lanes,
                routes,
                quotaBytes,
                commitEvery,
                gapNotice,
                queuedBytes,
                transactionBytes,
                chunkBytes,
                unitBytes);
    }

    /** How many bytes of messages find room in a store of the given quota. */
    public static long roomFor(long quotaBytes) {
        return SpaceGuard.roomFor(quotaBytes, MEBIBYTE);
    }

    /** How many bytes of a quota the store holds in reserve, so that it can work on a full disk. */
    public static long reserveFor(long quotaBytes) {
        return SpaceGuard.reserveFor(quotaBytes, MEBIBYTE);
    }
}
