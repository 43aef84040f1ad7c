package dev.holdfast.gateway.admin;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The gateway at a moment, as {@code GET /api/v1/status} gives it. Names and units are part of the API: fields are added,
 * never changed.
 *
 * @param gateway who this is
 * @param ingest what comes in
 * @param store what is kept
 * @param routes where it goes
 */
public record StatusReport(Gateway gateway, Ingest ingest, Store store, List<Route> routes) {

    /**
     * Who this is.
     *
     * @param id its id
     * @param version version of Holdfast
     * @param pid its process
     * @param epoch epoch of this run, 16 hex digits
     * @param uptimeSeconds how long it has been running
     */
    public record Gateway(String id, String version, long pid, String epoch, long uptimeSeconds) {}

    /**
     * What comes in.
     *
     * @param address where devices publish
     * @param connections connections that are open
     * @param sessions sessions that are remembered
     * @param accepted QoS 1 and 2 messages that were acknowledged since the start
     * @param bestEffort QoS 0 messages since the start
     * @param refused messages that were refused with a reason since the start
     * @param badPackets connections that were ended for what they sent, since the start
     * @param messagesPerSecond messages stored, over the last seconds
     */
    public record Ingest(
            String address,
            int connections,
            int sessions,
            long accepted,
            long bestEffort,
            long refused,
            long badPackets,
            double messagesPerSecond) {}

    /**
     * What is kept.
     *
     * @param path its directory
     * @param diskBytes bytes on disk, overhead included
     * @param queuedBytes memory of what waits to be committed
     * @param commits durable transactions since the start
     * @param commitMillisP50 median time of a commit since the start, fsync included
     * @param commitMillisP99 99th percentile of it
     * @param commitMillisMax the longest
     * @param corruptChunks chunks that could not be believed when they were read
     * @param salvagedMessages messages that the last start brought back after damage
     * @param writable false after a failed commit
     * @param lanes the lanes
     */
    public record Store(
            String path,
            long diskBytes,
            long queuedBytes,
            long commits,
            double commitMillisP50,
            double commitMillisP99,
            double commitMillisMax,
            long corruptChunks,
            long salvagedMessages,
            boolean writable,
            List<Lane> lanes) {}

    /**
     * A lane.
     *
     * @param name its name
     * @param tail sequence of the oldest message kept
     * @param head sequence of the newest
     * @param messages how many are kept
     * @param bytes bytes of their topics, properties and payloads
     */
    public record Lane(String name, long tail, long head, long messages, long bytes) {}

    /**
     * A route.
     *
     * @param name its name
     * @param target where its sink delivers to
     * @param state connecting, delivering, retrying, paused or stopped
     * @param lastError what went wrong last, null when nothing has since it was last well
     * @param backlog what waits
     * @param inFlight messages sent and not settled
     * @param delivered messages that the sink took over, in the route's life
     * @param deadLetters messages put aside, in its life
     * @param lastDeadLetter why a message was put aside last, null when none was since the start
     * @param expired messages that expired undelivered, in its life
     * @param reconnects how often the link came up since the start
     * @param messagesPerSecond messages settled, over the last seconds
     * @param etaSeconds when the backlog will be gone at this rate; null when it does not shrink
     */
    public record Route(
            String name,
            String target,
            String state,
            @Nullable String lastError,
            Backlog backlog,
            int inFlight,
            long delivered,
            long deadLetters,
            @Nullable String lastDeadLetter,
            long expired,
            long reconnects,
            double messagesPerSecond,
            @Nullable Long etaSeconds) {}

    /**
     * What a route has still to deliver. Messages that the route does not want count until it has passed them.
     *
     * @param messages how many
     * @param bytes bytes of their topics, properties and payloads
     * @param ageSeconds how long the oldest has waited, in gateway time; 0 when nothing waits
     */
    public record Backlog(long messages, long bytes, double ageSeconds) {}
}
