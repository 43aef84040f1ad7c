package dev.holdfast.gateway.journal;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the store within its quota and off the end of the disk. Updated by the committer; asked by any thread.
 *
 * <p>Two limits, because what is stored and what lies on disk are not the same: removed messages stay on disk as garbage
 * until the engine's cleaner has come by.
 *
 * <ul>
 *   <li>{@link #room()}: how much may be <em>stored</em>, so that it fits with the garbage that belongs to it. Beyond it
 *       the policies of the lanes decide.
 *   <li>{@link #isClosed()}: so much lies on <em>disk</em> that nothing may be taken until the cleaner has caught up,
 *       which takes a moment. When it does not catch up the store counts as full too.
 * </ul>
 *
 * <p>Where the file system has less space than the quota, that space counts.
 */
final class SpaceGuard {

    private static final Logger LOG = LoggerFactory.getLogger(SpaceGuard.class);

    /** What is stored takes so much on disk with its garbage, in percent: the cleaner keeps files 65 % full. */
    private static final int DISK_PERCENT_OF_STORED = 160;

    // in units, see JournalOptions
    private static final int COPIES_FOR_RECOVERY = 16;
    private static final int MIN_RESERVE = 8;
    private static final int MAX_RESERVE = 32;
    private static final int MIN_SLACK = 16;
    private static final int MAX_SLACK = 64;

    private static final long STUCK_NANOS = 3_000_000_000L;

    private static final String DISK_FULL = "the disk is full, nothing is taken until there is space";
    private static final String QUOTA_FULL = "the quota is used up on disk, nothing is taken until there is space";

    private final long quotaBytes;
    private final long unit;
    private volatile long room;
    private volatile boolean closed;
    private volatile boolean stuck;

    // committer only
    private long closedSinceNanos;
    private long leastUsed;

    /**
     * Guards a quota.
     *
     * @param unit a megabyte; less in simulations
     */
    SpaceGuard(long quotaBytes, long unit) {
        this.quotaBytes = quotaBytes;
        this.unit = unit;
        this.room = roomFor(quotaBytes, unit);
    }

    /** How many bytes may be stored when there are so many on disk. */
    static long roomFor(long bytes, long unit) {
        long kept = reserveFor(bytes, unit) + COPIES_FOR_RECOVERY * unit + slackOf(bytes, unit);
        return Math.max(0, (bytes - kept) / DISK_PERCENT_OF_STORED * 100);
    }

    /** How many bytes are held in reserve on disk for work on a full one. */
    static long reserveFor(long bytes, long unit) {
        return Math.max(MIN_RESERVE * unit, Math.min(MAX_RESERVE * unit, bytes / 16));
    }

    /** What is written between two looks, and what the cleaner needs to copy before it can delete. */
    private static long slackOf(long bytes, long unit) {
        return Math.max(MIN_SLACK * unit, Math.min(MAX_SLACK * unit, bytes / 8));
    }

    /** Takes a look at the disk. */
    void update(StoreSpace space, long nowNanos) {
        long onDisk = space.usedBytes() + space.freeBytes();
        long limit = Math.min(quotaBytes, onDisk - slackOf(Math.min(quotaBytes, onDisk), unit));
        room = roomFor(limit, unit);
        long closeAt = limit - slackOf(limit, unit);
        long used = space.usedBytes();
        boolean wasClosed = closed;
        boolean wasStuck = stuck;
        closed = used > (wasClosed ? closeAt - MIN_SLACK * unit / 2 : closeAt);
        if (!closed) {
            stuck = false;
        } else if (!wasClosed || used < leastUsed) {
            closedSinceNanos = nowNanos;
            leastUsed = used;
        } else {
            stuck = nowNanos - closedSinceNanos > STUCK_NANOS;
        }
        if (stuck && !wasStuck) {
            LOG.error("{} used={} free={}", limit < quotaBytes ? DISK_FULL : QUOTA_FULL, used, space.freeBytes());
        } else if (wasStuck && !closed) {
            LOG.info("there is space for the store again used={} free={}", used, space.freeBytes());
        }
    }

    /** How many bytes may be stored. */
    long room() {
        return room;
    }

    /** Whether nothing may be taken just now. */
    boolean isClosed() {
        return closed;
    }

    /** Whether nothing may be taken, and the cleaner does not help. */
    boolean isStuck() {
        return stuck;
    }
}
