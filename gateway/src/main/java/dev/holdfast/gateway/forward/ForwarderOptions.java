package dev.holdfast.gateway.forward;

import dev.holdfast.gateway.route.Interest;
import java.time.Duration;

/**
 * How a route is to be run.
 *
 * @param gateway id of the gateway
 * @param interest its name and what it wants
 * @param window how many messages may be unsettled at a time; the sink may take fewer
 * @param attempts how often a message that makes the other side close the link is tried, before it is put aside
 * @param outcomeTimeout how long a link may be up with messages in flight and settle none of them
 * @param backoff how long to wait after a failure, at first
 * @param maxBackoff how long to wait after many failures
 */
public record ForwarderOptions(
        String gateway,
        Interest interest,
        int window,
        int attempts,
        Duration outcomeTimeout,
        Duration backoff,
        Duration maxBackoff) {

    private static final Duration BACKOFF = Duration.ofMillis(250);
    private static final Duration MAX_BACKOFF = Duration.ofSeconds(10);

    /** With a backoff that suits a cloud broker. */
    public static ForwarderOptions of(
            String gateway, Interest interest, int window, int attempts, Duration outcomeTimeout) {
        return new ForwarderOptions(gateway, interest, window, attempts, outcomeTimeout, BACKOFF, MAX_BACKOFF);
    }
}
