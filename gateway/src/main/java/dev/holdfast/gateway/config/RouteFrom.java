package dev.holdfast.gateway.config;

import java.util.Set;

/**
 * Where the messages of a route came in.
 *
 * @param only whether it takes only what came in there, else everything but that
 * @param entrances {@link #FRONT_DOOR}, {@link #GATE}, or names of taps
 */
public record RouteFrom(boolean only, Set<String> entrances) {

    /** The listeners, those before a broker too. */
    public static final String FRONT_DOOR = "front-door";

    /** The listeners before a broker. */
    public static final String GATE = "gate";

    /** Copies the set. */
    public RouteFrom {
        entrances = Set.copyOf(entrances);
    }
}
