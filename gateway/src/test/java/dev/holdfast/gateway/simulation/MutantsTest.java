package dev.holdfast.gateway.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The simulation is worth something only if it notices what is broken: each of these bugs within some seeds. */
@ExtendWith(Quiet.class)
class MutantsTest {

    private static final int SEEDS = 50;

    static Stream<Arguments> mutants() {
        return Stream.of(
                Arguments.of("acknowledges before the commit", Mutants.acknowledgesBeforeTheCommit(), "I1"),
                Arguments.of("drops a callback", Mutants.dropsACallback(), "I5"),
                Arguments.of("forgets what is pending", Mutants.forgetsWhatIsPendingWhenTrimming(), "I1"),
                Arguments.of("loses the last commit", Mutants.losesTheLastCommit(), "I1"),
                Arguments.of(
                        "settles before the dead letter is durable",
                        Mutants.settlesBeforeTheDeadLetterIsDurable(),
                        "I1"),
                Arguments.of("calls delivered what was in flight", Mutants.callsDeliveredWhatWasInFlight(), "I1"),
                Arguments.of("delivers out of order after a loss", Mutants.deliversOutOfOrderAfterALoss(), "I2"),
                Arguments.of("never writes progress", Mutants.neverWritesProgress(), "I3"),
                Arguments.of("ignores the limits of lanes", Mutants.ignoresTheLimitsOfLanes(), "I4"),
                Arguments.of("names the wrong previous", Mutants.namesTheWrongPrevious(), "identity"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mutants")
    void shouldCatchADeliberateBug(String name, Mutant mutant, String invariant) {
        assertThat(LongStream.rangeClosed(1, SEEDS)
                        .parallel()
                        .mapToObj(seed -> Failure.of(seed, mutant))
                        .flatMap(Optional::stream)
                        .map(failure -> failure.cause().toString()))
                .as("failures of %d seeds", SEEDS)
                .anyMatch(cause -> cause.contains(invariant));
    }
}
