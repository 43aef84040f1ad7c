package dev.holdfast.gateway.forward;

import dev.holdfast.gateway.journal.LaneProgress;
import java.util.List;

/**
 * A route at a moment.
 *
 * @param route its name
 * @param state what it is doing
 * @param lastError the last thing that went wrong, empty when nothing has since it was last well
 * @param lastDeadLetter why a message was put aside last, empty when none was since the start
 * @param lanes where it stands in each lane
 * @param inFlight messages sent and not settled
 * @param accepted messages that the sink took over, in the route's life
 * @param deadLettered messages put aside, in its life
 * @param expired messages that expired before they could be delivered, in its life
 * @param reconnects how often the link came up since the start
 */
public record RouteStatus(
        String route,
        RouteState state,
        String lastError,
        String lastDeadLetter,
        List<Lane> lanes,
        int inFlight,
        long accepted,
        long deadLettered,
        long expired,
        long reconnects) {

    /**
     * Where a route stands in a lane.
     *
     * @param progress what is pending
     * @param bytesBefore bytes of all messages of the lane before the lowest pending one
     * @param oldestReceivedMillis gateway time at which the lowest pending message came in; -1 when it is not known
     */
    public record Lane(LaneProgress progress, long bytesBefore, long oldestReceivedMillis) {}
}
