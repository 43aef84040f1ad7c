package dev.holdfast.sink;

import java.util.function.LongSupplier;

/**
 * What the gateway tells a sink about itself.
 *
 * @param gateway id of the gateway
 * @param route name of the route that the sink serves
 * @param nanoTime the gateway's monotonic clock, in nanoseconds from any origin; any thread
 */
public record SinkContext(String gateway, String route, LongSupplier nanoTime) {

    /** For a sink that is made to see whether it can be, and never connects: its clock stands still. */
    public SinkContext(String gateway, String route) {
        this(gateway, route, () -> 0);
    }
}
