package dev.holdfast.gateway.simulation;

import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The invariants of {@link Simulation}, over thousands of seeds: {@code -Dholdfast.seeds=N} for more, {@code
 * -Dholdfast.seed=N} for one.
 */
@ExtendWith(Quiet.class)
class SeededSimulationTest {

    private static final int SEEDS = Integer.getInteger("holdfast.seeds", 3_000);

    @Test
    void shouldKeepItsPromisesWhateverBreaks() {
        Long only = Long.getLong("holdfast.seed");
        LongStream seeds = only == null ? LongStream.rangeClosed(1, SEEDS) : LongStream.of(only);
        Optional<Failure> failure = seeds.parallel()
                .mapToObj(seed -> Failure.of(seed, Mutant.NONE))
                .flatMap(Optional::stream)
                .findFirst();
        if (failure.isPresent()) {
            throw failure.get().inDetail();
        }
    }
}
