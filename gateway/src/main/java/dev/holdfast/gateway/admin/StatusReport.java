package dev.holdfast.gateway.admin;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The gateway at a moment, as {@code GET /api/v1/status} gives it. Names and units are part of the API: fields are added,
 * never changed.
 *
 * @param gateway who this is
 * @param ingest what comes in
 * @param store what is kept
 * @param taps the brokers where it subscribes
 * @param routes where it goes
 * @param gaps what was removed undelivered
 */
public record StatusReport(Gateway gateway, Ingest ingest, Store store, List<Tap> taps, List<Route> routes, Gaps gaps) {

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
     * @param address where devices publish, the first listener
     * @param connections connections that are open
     * @param sessions sessions that are remembered
     * @param accepted QoS 1 and 2 messages that were acknowledged since the start
     * @param bestEffort QoS 0 messages since the start
     * @param refused messages that were refused with a reason since the start
     * @param badPackets connections that were ended for what they sent, since the start
     * @param messagesPerSecond messages stored, over the last seconds
     * @param refusedForSpace those of the refused messages for which there was no room
     * @param heldBack connections from which nothing is read now, because there is no room for what they send
     * @param addresses all listeners, each as a client names it
     * @param limits how often clients ran into each limit since the start, by the name of its key
     * @param warnings what people should see to, such as a certificate that ends soon
     */
    public record Ingest(
            String address,
            int connections,
            int sessions,
            long accepted,
            long bestEffort,
            long refused,
            long badPackets,
            double messagesPerSecond,
            long refusedForSpace,
            int heldBack,
            List<String> addresses,
            Map<String, Long> limits,
            List<String> warnings) {}

    /**
     * A subscription at a broker.
     *
     * @param name its name
     * @param target where the broker is
     * @param state connecting, subscribed, retrying, paused or stopped
     * @param lastError what is wrong, null when nothing is
     * @param stored messages handed to the store since the start, repeats included
     * @param acknowledged QoS 1 and 2 messages that are on disk and were acknowledged to the broker, since the start
     * @param own messages that this gateway had sent itself and that came back; they are not stored again
     * @param unacknowledged messages that came and are not on disk yet
     * @param waiting whether it waits for room
     * @param links how often the link came up since the start
     * @param possibleGaps how often the broker may have lost something that nobody knows of, ever
     * @param newestPossibleGaps the newest of these, the newest first
     */
    public record Tap(
            String name,
            String target,
            String state,
            @Nullable String lastError,
            long stored,
            long acknowledged,
            long own,
            int unacknowledged,
            boolean waiting,
            long links,
            long possibleGaps,
            List<PossibleGap> newestPossibleGaps) {}

    /**
     * Something after which messages may be missing.
     *
     * @param reason session-lost, qos-lowered, subscription-refused, broker-dropped, best-effort-dropped or too-large
     * @param text for people
     * @param noticed when, ISO 8601, by the clock of the machine at that time
     */
    public record PossibleGap(String reason, String text, String noticed) {}

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
     * @param quotaBytes the most that it may take on disk
     * @param freeBytes bytes that the file system has left
     * @param accepting whether messages are taken: "all", "lanes full" when those of some lanes are not, "waiting" when
     *     none are
     * @param space how it stands with quota and disk: "free", "cleaning" for the moment in which what was removed leaves
     *     the disk, "full" when as much is stored as there is room for, "disk full" when a commit waits for space
     * @param unrouted messages kept that no route wants, as far as every route has come by them
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
            List<Lane> lanes,
            long quotaBytes,
            long freeBytes,
            String accepting,
            String space,
            long unrouted) {}

    /**
     * A lane.
     *
     * @param name its name
     * @param tail sequence of the oldest message kept
     * @param head sequence of the newest
     * @param messages how many are kept
     * @param bytes bytes of their topics, properties and payloads
     * @param storedBytes bytes that they take in the store, without what has still to be cleaned up
     * @param unrouted how many of them no route wants, as far as every route has come by them
     * @param state "open", or "full" when nothing comes in until something leaves
     * @param whenFull what becomes of messages then: "stall", "refuse" or "drop-oldest"
     * @param reachable false when devices can't publish to it: it is not configured any more, or earlier lanes take all
     * @param limit what it may hold
     * @param history how much of what is delivered stays; null when it goes at once
     */
    public record Lane(
            String name,
            long tail,
            long head,
            long messages,
            long bytes,
            long storedBytes,
            long unrouted,
            String state,
            String whenFull,
            boolean reachable,
            Bounds limit,
            @Nullable Bounds history) {}

    /**
     * How much a lane may hold.
     *
     * @param ageSeconds how old messages may get; null for any age
     * @param bytes how many bytes of topics, properties and payloads; null for any
     * @param messages how many; null for any number
     */
    public record Bounds(
            @Nullable Double ageSeconds,
            @Nullable Long bytes,
            @Nullable Long messages) {}

    /**
     * What was removed undelivered.
     *
     * @param messages how many, ever
     * @param bytes bytes of their topics, properties and payloads, as far as they are known
     * @param byReason the same by reason: age, size, count, quota, corrupt, lost, rejected, passed
     * @param newest the newest gaps, the newest first; more by {@code GET /api/v1/gaps}
     */
    public record Gaps(long messages, long bytes, Map<String, Amount> byReason, List<GapReport> newest) {}

    /**
     * An amount of messages.
     *
     * @param messages how many
     * @param bytes bytes of their topics, properties and payloads, as far as they are known
     */
    public record Amount(long messages, long bytes) {}

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
