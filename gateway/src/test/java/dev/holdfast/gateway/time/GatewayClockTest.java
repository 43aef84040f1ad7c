package dev.holdfast.gateway.time;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.journal.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Gateway time where wall clocks are wrong, get right and are set. */
class GatewayClockTest {

    private static final long WALL = 1_700_000_000_000L;

    private final ManualClock machine = new ManualClock();

    @Test
    void shouldStandStillWhileTheMachineIsOffAndItsClockIsNotSynchronised() {
        GatewayClock.Reading last = new GatewayClock.Reading(5_000, WALL - 60_000, true);

        GatewayClock clock = new GatewayClock(machine, last);

        assertThat(clock.millis()).isEqualTo(5_000);
        machine.advance(Duration.ofSeconds(1));
        assertThat(clock.millis()).isEqualTo(6_000);
    }

    @Test
    void shouldAddTheTimeThatTheMachineWasOffWhenItsClockIsSynchronisedOnBothSides() {
        machine.setWall(WALL, true);

        GatewayClock clock = new GatewayClock(machine, new GatewayClock.Reading(5_000, WALL - 60_000, true));

        assertThat(clock.millis()).isEqualTo(65_000);
    }

    /** Else a wrong wall clock is stored as a right one, and the next start adds the error to the age of all messages. */
    @Test
    void shouldNotBelieveAClockThatWasSetSinceItWasAsked() {
        machine.setWall(WALL, true);
        GatewayClock clock = new GatewayClock(machine, GatewayClock.Reading.NONE);
        machine.advance(Duration.ofSeconds(5));
        assertThat(clock.read().wallSynced()).isTrue();

        machine.setWall(WALL - Duration.ofDays(226).toMillis(), false);
        assertThat(clock.read().wallSynced()).isFalse();

        machine.setWall(WALL + 5_000, true);
        assertThat(clock.read().wallSynced()).isTrue();
        assertThat(clock.millis()).isEqualTo(5_000);
    }
}
