package dev.holdfast.gateway.journal;

/**
 * What the journal has done since it was opened.
 *
 * @param commits durable transactions
 * @param messages messages appended
 * @param queuedBytes memory taken by what waits to be committed
 * @param diskBytes bytes on disk
 * @param freeBytes bytes that the file system has left
 * @param commitMicrosP50 median time of a commit, fsync included, in µs
 * @param commitMicrosP99 99th percentile of it
 * @param commitMicrosMax longest one
 * @param corruptChunks chunks in quarantine
 * @param salvagedMessages messages that this start brought back after damage
 * @param failed whether a commit has failed
 */
public record JournalStats(
        long commits,
        long messages,
        long queuedBytes,
        long diskBytes,
        long freeBytes,
        long commitMicrosP50,
        long commitMicrosP99,
        long commitMicrosMax,
        long corruptChunks,
        long salvagedMessages,
        boolean failed) {}
