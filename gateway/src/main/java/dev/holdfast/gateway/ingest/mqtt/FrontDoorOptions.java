package dev.holdfast.gateway.ingest.mqtt;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * How the front door is to be run.
 *
 * @param listeners the ways in, at least one
 * @param limits what clients may do
 * @param threads event loops
 */
public record FrontDoorOptions(List<Listener> listeners, Limits limits, int threads) {

    private static final int MAX_THREADS = 4;

    /** Copies the list. */
    public FrontDoorOptions {
        listeners = List.copyOf(listeners);
    }

    /** The ways in with as many event loops as the machine can use beside the committer. */
    public static FrontDoorOptions of(List<Listener> listeners, Limits limits) {
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        return new FrontDoorOptions(listeners, limits, Math.min(threads, MAX_THREADS));
    }

    /** One plain listener, and everything else as it is when nobody says otherwise. */
    public static FrontDoorOptions defaults(InetSocketAddress bind) {
        return of(List.of(Listener.mqtt(bind)), Limits.defaults());
    }
}
