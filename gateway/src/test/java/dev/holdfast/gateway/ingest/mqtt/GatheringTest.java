package dev.holdfast.gateway.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.SelectStrategy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When an event loop lets a broker's answers gather before it goes to sleep. */
class GatheringTest {

    private final List<Long> pauses = new ArrayList<>();
    private final Gathering gathering = new Gathering(pauses::add);
    private int readySockets;

    private int step(boolean hasTasks) {
        try {
            return gathering.calculateStrategy(() -> readySockets, hasTasks);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void await(int answers) {
        for (int i = 0; i < answers; i++) {
            gathering.await();
        }
    }

    @Test
    void shouldPauseOnceForWhatHasComeWhileManyAreToCome() {
        await(Gathering.MANY + 1);
        gathering.came();

        assertThat(step(false)).isEqualTo(SelectStrategy.SELECT);
        assertThat(pauses).containsExactly(1_000_000L);

        assertThat(step(false)).isEqualTo(SelectStrategy.SELECT);
        assertThat(pauses).as("without another answer").hasSize(1);
    }

    /** As with two hundred devices, of which each waits for a broker that is far away. */
    @Test
    void shouldSeldomPauseWherePausesBringFew() {
        await(2 * Gathering.MANY);
        for (int i = 0; i < 10 * (Gathering.SKIPPED + 1) - 1; i++) {
            gathering.came();
            gathering.await();
            assertThat(step(false)).isEqualTo(SelectStrategy.SELECT);
        }
        assertThat(pauses).hasSizeBetween(9, 10);

        for (int i = 0; i < 100; i++) {
            for (int n = 0; n < Gathering.FEW; n++) {
                gathering.came();
                gathering.await();
            }
            assertThat(step(false)).isEqualTo(SelectStrategy.SELECT);
        }
        assertThat(pauses.size()).as("when they bring enough again").isGreaterThan(10 + 100 - Gathering.SKIPPED - 2);
    }

    @Test
    void shouldNotPauseWhileFewAreToCome() {
        await(Gathering.MANY);
        gathering.came();

        assertThat(step(false)).isEqualTo(SelectStrategy.SELECT);
        assertThat(pauses).isEmpty();
    }

    @Test
    void shouldNotPauseForABrokerThatDoesNotAnswer() {
        await(10 * Gathering.MANY);

        assertThat(step(false)).isEqualTo(SelectStrategy.SELECT);
        assertThat(pauses).isEmpty();
    }

    @Test
    void shouldNotPauseWhileThereIsSomethingToDo() {
        await(Gathering.MANY + 1);
        gathering.came();
        readySockets = 3;

        assertThat(step(false)).isEqualTo(3);
        readySockets = 0;
        assertThat(step(true)).isZero();
        assertThat(pauses).isEmpty();

        assertThat(step(false)).isEqualTo(SelectStrategy.SELECT);
        assertThat(pauses).as("when it is done").hasSize(1);
    }

    @Test
    void shouldNotWaitForWhatWillNotComeAnyMore() {
        await(Gathering.MANY + 10);
        gathering.came();
        gathering.giveUp(10);

        assertThat(step(false)).isEqualTo(SelectStrategy.SELECT);
        assertThat(pauses).isEmpty();
    }
}
