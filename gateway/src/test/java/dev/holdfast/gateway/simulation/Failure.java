package dev.holdfast.gateway.simulation;

import java.util.Optional;

/**
 * A seed that failed.
 *
 * @param seed the seed
 * @param mutant the deliberate bug that was in it
 * @param cause what it failed with
 */
record Failure(long seed, Mutant mutant, Throwable cause) {

    /** Runs a seed; empty when it keeps its promises. */
    static Optional<Failure> of(long seed, Mutant mutant) {
        return of(seed, mutant, new Simulation(seed, mutant, false));
    }

    @SuppressWarnings("CatchAndPrintStackTrace")
    private static Optional<Failure> of(long seed, Mutant mutant, Simulation simulation) {
        try {
            simulation.run();
            return Optional.empty();
        } catch (RuntimeException | AssertionError e) {
            return Optional.of(new Failure(seed, mutant, e));
        }
    }

    /** Does it once more and says what led to it. */
    AssertionError inDetail() {
        Simulation again = new Simulation(seed, mutant, true);
        String once = of(seed, mutant, again)
                .map(failure -> failure.cause().equals(cause)
                                || failure.cause().toString().equals(cause.toString())
                        ? ""
                        : ", then with " + failure.cause())
                .orElse(", and not when it was run again");
        return new AssertionError(
                "seed " + seed + " (-Dholdfast.seed=" + seed + ") failed with " + cause + once + "\n" + again, cause);
    }
}
