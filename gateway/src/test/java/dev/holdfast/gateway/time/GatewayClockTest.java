package dev.holdfast.gateway.time;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.journal.ManualClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Gateway time where wall clocks are wrong, get right and are set. */
class GatewayClockTest {

    private static final long WALL = 1_700_000_000_000L;

    private final ManualClock machine = new ManualClock();

    @Test
    void shouldStandStillWhileTheMachineIsOffAndItsClockIsNotSynchronised() {
        GatewayClock.Reading last = new GatewayClock.Reading(5_000, WALL - 60_000, true);

        GatewayClock clock = new GatewayClock(machine, last, List.of());

        assertThat(clock.millis()).isEqualTo(5_000);
        machine.advance(Duration.ofSeconds(1));
        assertThat(clock.millis()).isEqualTo(6_000);
    }

    @Test
    void shouldAddTheTimeThatTheMachineWasOffWhenItsClockIsSynchronisedOnBothSides() {
        machine.setWall(WALL, true);

        GatewayClock clock = new GatewayClock(machine, new GatewayClock.Reading(5_000, WALL - 60_000, true), List.of());

        assertThat(clock.millis()).isEqualTo(65_000);
    }

    /** Else a wrong wall clock is stored as a right one, and the next start adds the error to the age of all messages. */
    @Test
    void shouldNotBelieveAClockThatWasSetSinceItWasAsked() {
        machine.setWall(WALL, true);
        GatewayClock clock = new GatewayClock(machine, GatewayClock.Reading.NONE, List.of());
        machine.advance(Duration.ofSeconds(5));
        assertThat(clock.read().wallSynced()).isTrue();

        machine.setWall(WALL - Duration.ofDays(226).toMillis(), false);
        assertThat(clock.read().wallSynced()).isFalse();

        machine.setWall(WALL + 5_000, true);
        assertThat(clock.read().wallSynced()).isTrue();
        assertThat(clock.millis()).isEqualTo(5_000);
    }

    /** A box without a battery hears the time from the network some minutes after its start. */
    @Test
    void shouldNotMakeWhatCameInSinceTheStartOlderByTheTimeThatTheMachineWasOff() {
        machine.setWall(0, false);
        GatewayClock.Reading last =
                new GatewayClock.Reading(5_000, WALL - Duration.ofDays(3).toMillis(), true);
        GatewayClock clock = new GatewayClock(machine, last, List.of());
        machine.advance(Duration.ofSeconds(20));
        long receivedBefore = 4_000;
        long receivedSince = clock.millis();

        machine.setWall(WALL, true);
        machine.advance(Duration.ofSeconds(20));
        assertThat(clock.read().wallSynced()).isTrue();
        machine.advance(Duration.ofSeconds(40));

        assertThat(clock.age(receivedSince)).isEqualTo(60_000);
        assertThat(clock.age(receivedBefore))
                .isBetween(
                        Duration.ofDays(3).toMillis(),
                        Duration.ofDays(3).plusMinutes(2).toMillis());
        GatewayClock next = new GatewayClock(machine, clock.read(), clock.jumps());
        assertThat(next.age(receivedSince)).isEqualTo(60_000);
    }

    @Test
    void shouldNotAgeWhatCameInAtTheMomentOfTheStart() {
        machine.setWall(0, false);
        GatewayClock.Reading last =
                new GatewayClock.Reading(5_000, WALL - Duration.ofDays(3).toMillis(), true);
        GatewayClock clock = new GatewayClock(machine, last, List.of());
        long received = clock.millis();

        machine.setWall(WALL, true);
        assertThat(clock.read().gatewayMillis())
                .isEqualTo(received + Duration.ofDays(3).toMillis());

        assertThat(clock.age(received)).isZero();
    }

    @Test
    void shouldNotAgeWhatCameInTheMomentInWhichTheTimeWhileOffIsAdded() {
        machine.setWall(0, false);
        GatewayClock.Reading last =
                new GatewayClock.Reading(5_000, WALL - Duration.ofDays(3).toMillis(), true);
        GatewayClock clock = new GatewayClock(machine, last, List.of());
        machine.advance(Duration.ofSeconds(20));
        long received = clock.millis();

        machine.setWall(WALL, true);
        assertThat(clock.read().gatewayMillis()).isGreaterThan(received + 1);

        assertThat(clock.age(received)).isZero();
        machine.advance(Duration.ofSeconds(1));
        assertThat(clock.age(received)).isEqualTo(1_000);
    }
}
