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
 */
public record LaneState(String name, long tail, long head, long messages, long bytes, long totalBytes) {}
