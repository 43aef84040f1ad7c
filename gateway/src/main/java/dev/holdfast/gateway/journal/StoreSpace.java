package dev.holdfast.gateway.journal;

/**
 * The space of a store at a moment.
 *
 * @param usedBytes what it takes on disk: garbage, the reserve and copies for recovery included
 * @param freeBytes what the file system has left for it
 * @param reserved whether space is held in reserve for the work that has to be done on a full disk
 */
public record StoreSpace(long usedBytes, long freeBytes, boolean reserved) {}
