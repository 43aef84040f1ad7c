package dev.holdfast.gateway.journal;

/**
 * A lane at a moment.
 *
 * @param name its name
 * @param tail sequence of the oldest message kept; head + 1 when there is none
 * @param head sequence of the newest message; 0 when there never was one
 * @param messages how many are stored
 * @param bytes bytes of their topics, properties and payloads
 * @param totalBytes bytes of all messages that were ever stored
 * @param storedBytes bytes that they take in the store, without what the engine has not cleaned up yet
 * @param unrouted how many of the stored messages no route wants, as far as every route has come by them
 */
public record LaneState(
        String name,
        long tail,
        long head,
        long messages,
        long bytes,
        long totalBytes,
        long storedBytes,
        long unrouted) {}
