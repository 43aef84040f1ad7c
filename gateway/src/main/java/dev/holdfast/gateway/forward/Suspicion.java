package dev.holdfast.gateway.forward;

/**
 * Finds the message that makes the other side close the link.
 *
 * <p>After {@link #CLOSES} links in a row that were lost with messages in flight and nothing accepted, one message is
 * sent at a time. When the same message was in flight at {@code attempts} such losses, it alone is held back once and
 * the next one is sent: if that one is accepted, the message is the reason and becomes a dead letter; if not, it was not
 * the message. So a broken upstream never turns a backlog into dead letters. Belongs to the route's agent.
 */
final class Suspicion {

    private static final int CLOSES = 3;

    private final int attempts;

    private int closes;
    private long suspect;
    private int tries;
    private boolean probing;

    Suspicion(int attempts) {
        this.attempts = attempts;
    }

    /** Whether only one message is to be sent at a time. */
    boolean isCautious() {
        return closes >= CLOSES;
    }

    /** Whether the suspect is to be held back and the message behind it to be tried. */
    boolean isProbing() {
        return probing;
    }

    /** There is no message behind the suspect to try: it has to be tried itself, once more. */
    void nothingToProbe() {
        probing = false;
    }

    /**
     * The link was lost, nothing was accepted while it was up.
     *
     * @param lowest sequence of the oldest message in flight
     * @return whether the probe failed too, which makes it a fault of the route
     */
    boolean lostWith(long lowest) {
        closes++;
        if (probing) {
            probing = false;
            tries = 0;
            return true;
        }
        if (isCautious()) {
            tries = lowest == suspect ? tries + 1 : 1;
            suspect = lowest;
            probing = tries >= attempts;
        }
        return false;
    }

    /** How often the suspect was tried. */
    int tries() {
        return tries;
    }

    /** A message was accepted: the other side is well. */
    void accepted() {
        closes = 0;
        tries = 0;
        probing = false;
    }
}
