package dev.holdfast.gateway.ingest.tap;

import java.util.List;

/**
 * A tap at a moment.
 *
 * @param name its name
 * @param state what it is doing
 * @param lastError the last thing that went wrong, empty when nothing has since it was last well
 * @param stored messages handed to the journal since the start, with repeats
 * @param acknowledged QoS 1 and 2 messages that are durable and acknowledged, since the start
 * @param own messages that had come from this gateway itself and were not stored again, since the start
 * @param unacknowledged messages that came and are not durable yet
 * @param waiting whether it waits for room, in memory or in a lane
 * @param links how often the link came up since the start
 * @param possibleGaps how often messages may have been missed, in the tap's life
 * @param newest the newest of these, the newest last
 */
public record TapStatus(
        String name,
        TapState state,
        String lastError,
        long stored,
        long acknowledged,
        long own,
        int unacknowledged,
        boolean waiting,
        long links,
        long possibleGaps,
        List<PossibleGap> newest) {}
