package dev.holdfast.gateway.forward;

/**
 * Finds the message that makes the other side close the link, and condemns none without proof: an upstream that closes
 * whatever comes must not turn a backlog into dead letters.
 *
 * <ol>
 *   <li>After {@link #CLOSES} links in a row that were lost with messages in flight and nothing accepted, one message is
 *       sent at a time.
 *   <li>When the same one was lost {@code attempts} times, it is the suspect: it is held back, and one behind it is sent, to
 *       see whether the other side takes anything. If the link is lost again, so is the suspect once more, and then a probe
 *       farther behind: there may be many of the same kind. If all probes fail, it is a fault of the route. A probe follows
 *       closely upon a loss of the suspect, so that an other side that recovers gets the suspect first, in all likelihood.
 *   <li>When a probe was accepted, the suspect is sent a last time, on the same link. Only if that ends the link is it
 *       condemned.
 * </ol>
 *
 * <p>Belongs to the route's agent.
 */
final class Suspicion {

    private static final int CLOSES = 3;

    /** How far behind the suspect the last probe is, and how many times farther each is than the one before. */
    private static final int MAX_DISTANCE = 256;

    private static final int STRIDE = 16;

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
    private int distance = 1;
    private boolean probing;
    private boolean lastTry;
    private boolean alone;

    Suspicion(int attempts) {
        this.attempts = attempts;
    }

    /** Whether only one message is to be sent at a time. */
    boolean isCautious() {
        return closes >= CLOSES;
    }

    /** Whether the suspect is to be held back and a message behind it to be tried. */
    boolean isProbing() {
        return probing;
    }

    /** How far behind the suspect the message to be tried is. */
    int distance() {
        return distance;
    }

    /** There is no message behind the suspect to try: it has to be tried itself, once more. */
    void nothingToProbe() {
        probing = false;
        alone = true;
    }

    /** Whether the probe should follow at once, before the other side can recover: the suspect should profit first. */
    boolean isProbeUrgent() {
        return probing && !alone;
    }

    /** There is a new link, of which nothing is proven. */
    void linkIsUp() {
        lastTry = false;
    }

    /** The message behind the suspect was taken: the other side is well. */
    void probeTaken() {
        probing = false;
        lastTry = true;
    }

    /**
     * The link was lost, nothing was accepted in order while it was up.
     *
     * @param oldest sequence of the oldest message in flight
     */
    Verdict lostWith(long oldest) {
        closes++;
        if (probing) {
            probing = false;
            alone = false;
            distance *= STRIDE;
            if (distance <= MAX_DISTANCE) {
                return Verdict.OPEN;
            }
            startOver();
            return Verdict.ROUTE_FAULT;
        }
        if (!isCautious()) {
            return Verdict.OPEN;
        }
        if (oldest != suspect) {
            startOver();
            suspect = oldest;
        }
        tries++;
        if (lastTry) {
            return Verdict.CONDEMNED;
        }
        probing = tries >= attempts;
        return Verdict.OPEN;
    }

    private void startOver() {
        tries = 0;
        distance = 1;
        probing = false;
        lastTry = false;
        alone = false;
    }

    /** How often the suspect was tried. */
    int tries() {
        return tries;
    }

    /** A message was accepted in its order: the other side is well, and whatever was suspected is settled. */
    void accepted() {
        closes = 0;
        startOver();
    }
}
