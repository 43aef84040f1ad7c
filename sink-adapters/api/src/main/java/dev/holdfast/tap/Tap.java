package dev.holdfast.tap;

import dev.holdfast.sink.ProbeStep;
import java.time.Instant;
import java.util.List;

/**
 * A subscription at a broker, in a session that outlives connections. Used by one thread at a time, the tap's agent; no
 * method waits for the network. What it reports through {@link TapLink} may come on any thread.
 */
public interface Tap extends AutoCloseable {

    /** Where it subscribes, for people: an address without secrets. */
    String target();

    /** Each address that it may connect to, as a URL with a port; empty when another machine looks them up. */
    List<String> addresses();

    /**
     * Whether loops are noticed by the identity that messages carry: false where the protocol can't carry it, as in MQTT
     * 3.1.1.
     */
    boolean seesIdentity();

    /** Whether the broker can be told how many messages may be unacknowledged. */
    boolean canLimit();

    /**
     * Begins to connect, to take up the session if there is one, and to subscribe; reports to the given link.
     *
     * <p>Called when there is no link, and again after each {@link TapLink#down}. Whatever was received over an earlier
     * link and not acknowledged comes again.
     *
     * @param session what is known of it; filters that are not wanted any more are given up
     * @param mostUnacknowledged how many messages with QoS 1 and 2 the broker may have sent that are not acknowledged, if it
     *     {@linkplain #canLimit can be told} and the tap does not allow fewer by itself; where the session is known to have
     *     been {@linkplain TapLink#overrun overrun}, as many as the protocol knows
     */
    void connect(TapLink link, TapSession session, int mostUnacknowledged);

    /**
     * Tries out the way to the broker step by step, beside whatever is connected to it, up to subscribing. Takes nothing of
     * what is there for the tap. Waits for the network, for at most about two minutes for each address. Never throws: what
     * goes wrong is a step that failed.
     *
     * @param now this machine's wall clock
     * @param clockSynced whether the machine says that it is synchronised
     * @return what was tried, in its order; none for a tap that can't be tried out
     */
    default List<ProbeStep> probe(Instant now, boolean clockSynced) {
        return List.of();
    }

    /** Takes the link down, if it is up or coming up; the session stays. Nothing is reported any more. */
    void disconnect();

    /** Disconnects and gives everything back. Waits for at most a few seconds. */
    @Override
    void close();
}
