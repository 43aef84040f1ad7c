package dev.holdfast.gateway.journal;

import dev.holdfast.gateway.time.GatewayClock;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * The durable log of messages, in lanes, together with what must change in the same transaction as messages do.
 * Thread-safe.
 *
 * <p><b>Durability.</b> What {@link #append} was given is on disk, synced, when its callback runs, and after any crash
 * or power cut it is there. Before the callback it may or may not be. Appends become durable in the order in which they
 * were handed in, all or nothing each.
 *
 * <p><b>Failure.</b> When a commit fails, no callback runs any more and the handler that the journal was opened with is
 * told once. The process must end; the next start recovers what was durable.
 *
 * <p><b>Limit.</b> An append that is handed in when the journal is closing may be dropped; its callback never runs.
 */
public interface Journal extends Intake, AutoCloseable {

    /** Adds somebody to be told, on the committer's thread, after each commit of messages or progress. Must not block. */
    void onCommit(Runnable listener);

    /** The lanes as they are now, by index. */
    List<LaneState> lanes();

    /** How the lanes are run, by index; behind those that are configured, former ones that still hold something. */
    List<LaneOptions> laneOptions();

    /** Whether nothing comes into the lane until something leaves it, or the store. */
    boolean isFull(int lane);

    /** How the store stands with its quota and the disk. */
    SpaceState spaceState();

    /** Sequence of the newest durable message of the lane; 0 when there never was one. */
    long head(int lane);

    /**
     * Reads durable chunks in order, beginning with the one that holds the given message or else the first behind it.
     *
     * @param lane index of the lane
     * @param sequence the message
     * @param maxBytes stop when so many bytes were read; at least one chunk is returned if there is one
     * @return the chunks, unverified; empty when there are none
     */
    List<StoredChunk> read(int lane, long sequence, int maxBytes);

    /** What is durably known of the route's progress; for a new route everything that is stored is pending. */
    RouteProgress progress(String route);

    /**
     * Hands in a route's progress. It becomes durable with one of the next commits, within about 100 ms or 1,000 settled
     * messages; of several only the latest counts. Any thread; never blocks.
     */
    void saveProgress(String route, RouteProgress progress);

    /**
     * Whether a route that has settled so many messages in its life should wait until more of its progress is on disk:
     * what is not is sent again after a crash. Never while that can't be written, as the disk is full, or is not to be
     * written often. Any thread; who waits is told by {@link #onCommit}.
     */
    boolean isProgressBehind(String route, long settled);

    /** Goes over a whole side table as it is on disk. */
    void scan(SideTable table, BiConsumer<byte[], byte[]> visitor);

    /** What was removed undelivered, the oldest first; of very many gaps only the newest. */
    List<Gap> gaps();

    /** How much was removed undelivered, ever. */
    GapTotals gapTotals();

    /**
     * The last message of the lane before the given one that the route wanted and will never get; 0 when there is none.
     * Where it is not known exactly, one that it will not get.
     */
    long lostBefore(int lane, String route, long sequence);

    /**
     * Says that a chunk could not be believed: it is counted, logged, moved aside and recorded as a gap.
     *
     * @param route the one that has met it and goes on behind it
     * @return the sequence to go on with: that of the next chunk
     */
    long passCorrupt(int lane, StoredChunk chunk, CorruptChunkException why, String route);

    /** Gateway time. */
    GatewayClock clock();

    /** The epoch of this run. */
    long epoch();

    /** What it has done since it was opened. */
    JournalStats stats();

    /** Commits what was handed in so far and closes the store. */
    @Override
    void close();
}
