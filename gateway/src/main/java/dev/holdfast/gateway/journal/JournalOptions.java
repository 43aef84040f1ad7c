package dev.holdfast.gateway.journal;

import java.util.List;

/**
 * How a journal is to be run.
 *
 * @param lanes names of the lanes, by index
 * @param routes what the configured routes want
 * @param maxQueuedBytes memory for what waits to be committed; beyond it {@link Journal#hasRoom()} says no
 * @param maxTransactionBytes how much one transaction takes, unless a single append is larger
 * @param maxChunkBytes how large a chunk gets, unless a single fragment is larger
 */
public record JournalOptions(
        List<String> lanes,
        List<RouteInterest> routes,
        int maxQueuedBytes,
        int maxTransactionBytes,
        int maxChunkBytes) {

    /** Name of the lane that takes what no other does. */
    public static final String DEFAULT_LANE = "default";

    /** Copies the lists. */
    public JournalOptions {
        lanes = List.copyOf(lanes);
        routes = List.copyOf(routes);
    }

    /** One default lane and the sizes that measured best. */
    public static JournalOptions defaults(List<RouteInterest> routes) {
        return new JournalOptions(List.of(DEFAULT_LANE), routes, 8 << 20, 2 << 20, 64 << 10);
    }
}
