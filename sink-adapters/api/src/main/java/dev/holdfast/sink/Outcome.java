package dev.holdfast.sink;

import java.time.Duration;
import java.util.Optional;

/** What became of one message. */
public sealed interface Outcome {

    /** The target has it, and has the duty for it. */
    record Accepted() implements Outcome {}

    /**
     * It may work another time.
     *
     * @param why for people
     * @param after when the target wants it, if it said so
     */
    record Retry(String why, Optional<Duration> after) implements Outcome {}

    /**
     * This message, and it alone, will never be taken: it becomes a dead letter.
     *
     * @param why for people
     */
    record Rejected(String why) implements Outcome {}

    /**
     * The target does not take anything from this route, or not this kind: a fault of rights or quota, not of the
     * message. The route pauses, shows it, and tries again.
     *
     * @param why for people
     */
    record Paused(String why) implements Outcome {}

    /** Accepted. */
    Accepted ACCEPTED = new Accepted();

    /** Worth another try whenever the forwarder likes. */
    static Outcome retry(String why) {
        return new Retry(why, Optional.empty());
    }
}
