package dev.holdfast.gateway.journal;

/**
 * What a configured route wants, as far as the journal must know: a message may be removed once every route that wants
 * it has settled it, and a message that no route wants stays. Thread-safe.
 */
public interface RouteInterest {

    /** Name of the route, under which its progress is stored. */
    String route();

    /** Whether it wants every message, so that nobody needs to ask {@link #wants}. */
    boolean wantsEverything();

    /** Whether it wants a message of this topic and origin. */
    boolean wants(Topic topic, Origin origin);

    /** The same number as long as it wants the same, also in another run. */
    long fingerprint();
}
