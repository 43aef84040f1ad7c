package dev.holdfast.gateway.simulation;

import dev.holdfast.sink.Outcome;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The other side of a route. It outlives the gateway's runs; what it has taken, it has. */
final class Upstream {

    /** How it feels about everything that comes. */
    enum Mood {
        /** Takes all that can be taken. */
        WELL,
        /** Asks for some to be sent again later. */
        BUSY,
        /** Refuses some, by a fault of rights or quota. */
        UNWILLING
    }

    private static final Outcome REJECTED = new Outcome.Rejected("payload format invalid");
    private static final Outcome PAUSED = new Outcome.Paused("not authorized");

    private final RouteLedger ledger;
    private final RandomGenerator random;
    private Mood mood = Mood.WELL;
    private boolean reachable = true;

    Upstream(RouteLedger ledger, RandomGenerator random) {
        this.ledger = ledger;
        this.random = random;
    }

    /** Sees a message and says what becomes of it; null when it closes the link upon it. */
    @Nullable
    Outcome take(StoredCopy copy) {
        ledger.arrived(copy);
        if (copy.message.nature == Published.Nature.CLOSING) {
            return null;
        }
        if (copy.message.nature == Published.Nature.REJECTED) {
            return REJECTED;
        }
        if (mood == Mood.BUSY && random.nextInt(3) == 0) {
            Optional<Duration> after =
                    random.nextBoolean() ? Optional.empty() : Optional.of(Duration.ofMillis(random.nextInt(3_000)));
            return new Outcome.Retry("busy", after);
        }
        if (mood == Mood.UNWILLING && random.nextInt(3) == 0) {
            return PAUSED;
        }
        ledger.taken(copy);
        return Outcome.ACCEPTED;
    }

    boolean isReachable() {
        return reachable;
    }

    void setReachable(boolean reachable) {
        this.reachable = reachable;
    }

    void setMood(Mood mood) {
        this.mood = mood;
    }

    Mood mood() {
        return mood;
    }
}
