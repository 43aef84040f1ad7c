package dev.holdfast.gateway.forward;

/**
 * Finds the message that makes the other side close the link, and condemns none without proof: an upstream that closes
 * whatever comes must not turn a backlog into dead letters.
 *
 * <ol>
 *   <li>After {@link #CLOSES} links in a row that were lost with messages in flight and nothing accepted, one message is
 *       sent at a time.
 *   <li>When the same one was lost {@code attempts} times, it is the suspect: it is held back, and one behind it is sent, to
 *       see whether the other side takes anything. If the link is lost again, the next probe is one farther behind: there
 *       may be many of the same kind. If all probes fail, it is a fault of the route.
 *   <li>When a probe was accepted, the suspect is sent a last time, on the same link. Only if that ends the link is it
 *       condemned.
 * </ol>
 *
 * <p>Belongs to the route's agent.
 */
final class Suspicion {

    private static final int CLOSES = 3;

    /** How far behind the suspect the last probe is. */
    private static final int MAX_DISTANCE = 256;

    /** What follows from a loss. */
    enum Verdict {
        /** Nothing yet. */
        OPEN,
        /** The oldest message in flight is the reason. */
        CONDEMNED,
        /** It is no message, the route has a fault. */
        ROUTE_FAULT
    }

    private final int attempts;

    private int closes;
    private long suspect;
    private int tries;
    private int distance;
    private boolean lastTry;

    Suspicion(int attempts) {
        this.attempts = attempts;
    }

    /** Whether only one message is to be sent at a time. */
    boolean isCautious() {
        return closes >= CLOSES;
    }

    /** Whether the suspect is to be held back and a message behind it to be tried. */
    boolean isProbing() {
        return distance > 0;
    }

    /** How far behind the suspect the message to be tried is. */
    int distance() {
        return distance;
    }

    /** There is no message behind the suspect to try: it has to be tried itself, once more. */
    void nothingToProbe() {
        distance = 0;
    }

    /** There is a new link, of which nothing is proven. */
    void linkIsUp() {
        lastTry = false;
    }

    /** The message behind the suspect was taken: the other side is well. */
    void probeTaken() {
        distance = 0;
        lastTry = true;
    }

    /**
     * The link was lost, nothing was accepted in order while it was up.
     *
     * @param oldest sequence of the oldest message in flight
     */
    Verdict lostWith(long oldest) {
        closes++;
        if (isProbing()) {
            distance *= 2;
            if (distance <= MAX_DISTANCE) {
                return Verdict.OPEN;
            }
            distance = 0;
            tries = 0;
            return Verdict.ROUTE_FAULT;
        }
        if (!isCautious()) {
            return Verdict.OPEN;
        }
        tries = oldest == suspect ? tries + 1 : 1;
        boolean proven = lastTry && oldest == suspect;
        suspect = oldest;
        lastTry = false;
        if (proven) {
            return Verdict.CONDEMNED;
        }
        if (tries >= attempts) {
            distance = 1;
        }
        return Verdict.OPEN;
    }

    /** How often the suspect was tried. */
    int tries() {
        return tries;
    }

    /** A message was accepted in its order: the other side is well, and whatever was suspected is settled. */
    void accepted() {
        closes = 0;
        tries = 0;
        distance = 0;
        lastTry = false;
    }
}
