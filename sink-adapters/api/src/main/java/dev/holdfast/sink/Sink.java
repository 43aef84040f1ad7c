package dev.holdfast.sink;

import java.time.Instant;
import java.util.List;

/**
 * A target for messages. Used by one thread at a time, the route's; no method but {@link #probe} waits for the network. What it reports
 * through {@link Link} and {@link Outcomes} may come on any thread.
 */
public interface Sink extends AutoCloseable {

    /** Where it delivers to, for people: an address without secrets. */
    String target();

    /**
     * Each address that it may connect to, as a URL with a port: none of them must be the gateway's own listener. Empty
     * when another machine looks them up, such as a proxy.
     */
    default List<String> addresses() {
        return List.of(target());
    }

    /**
     * Topic filters that cover whatever it publishes of messages whose topics match the given filters. None for a sink that
     * is no broker.
     */
    default List<String> publishes(List<String> filters) {
        return List.of();
    }

    /** Whether what it delivers carries its {@link Identity}. */
    default boolean stamps() {
        return false;
    }

    /**
     * Begins to bring the link up, and reports to the given link: first {@link Link#up} or {@link Link#down}, and after
     * an {@code up} a {@code down} when the link is lost. A sink without a connection reports {@code up} at once.
     *
     * <p>Called when there is no link, and again after each {@code down}.
     */
    void connect(Link link);

    /**
     * Sends a batch. Called while the link is up. Each message is settled exactly once; those that are in flight when
     * the link is lost are settled with {@link Outcome.Retry} before or soon after {@link Link#down}. Never retries.
     */
    void deliver(Batch batch, Outcomes outcomes);

    /**
     * Tries out the way to the target step by step, beside whatever is connected to it, up to sending one message of its
     * own. Waits for the network, for at most about two minutes for each address. Never throws: what goes wrong is a step
     * that failed.
     *
     * @param now this machine's wall clock
     * @param clockSynced whether the machine says that it is synchronised
     * @return what was tried, in its order; none for a sink that can't be tried out
     */
    default List<ProbeStep> probe(Instant now, boolean clockSynced) {
        return List.of();
    }

    /**
     * Takes the link down, if it is up or coming up. {@link Link#down} need not be reported for it, but what is in
     * flight is settled.
     */
    void disconnect();

    /** Disconnects and gives everything back. Waits for at most a few seconds. */
    @Override
    void close();
}
