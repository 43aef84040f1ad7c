package dev.holdfast.gateway.journal;

/**
 * A message that is not stored although it was taken: it becomes part of a gap.
 *
 * @param lane index of the lane that had no room for it
 * @param topic its topic
 * @param origin where it came in
 * @param bytes bytes of its topic, properties and payload
 */
public record Unstored(int lane, Topic topic, Origin origin, long bytes) {}
