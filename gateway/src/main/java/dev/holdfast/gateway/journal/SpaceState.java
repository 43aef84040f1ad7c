package dev.holdfast.gateway.journal;

/** How the store stands with its quota and the disk. */
public enum SpaceState {
    /** There is room. */
    FREE,
    /** Nothing is taken for a moment: what was removed has to leave the disk first. */
    CLEANING,
    /** As much is stored as the quota, or the file system, has room for: the lanes say what becomes of messages. */
    FULL,
    /** A commit has found no space on the disk, and waits for it. */
    DISK_FULL
}
