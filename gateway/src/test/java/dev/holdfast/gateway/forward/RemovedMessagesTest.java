package dev.holdfast.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.journal.JournalOptions;
import dev.holdfast.gateway.journal.LaneLimits;
import dev.holdfast.gateway.journal.LaneOptions;
import dev.holdfast.gateway.journal.StoreJournal;
import dev.holdfast.gateway.journal.WhenFull;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A route whose lane has removed messages that it did not get: the stamp of the next one tells of them. */
class RemovedMessagesTest extends SteppedRoute {

    private static final LaneLimits TEN_SECONDS = new LaneLimits(10_000, LaneLimits.UNLIMITED, LaneLimits.UNLIMITED);

    @Override
    StoreJournal openJournal() {
        LaneOptions lane =
                new LaneOptions(JournalOptions.DEFAULT_LANE, TEN_SECONDS, LaneLimits.NOTHING, WhenFull.STALL);
        return StoreJournal.open(
                store, JournalOptions.defaults(List.of(interest)).withLanes(List.of(lane)), clock);
    }

    @Test
    void shouldTellOfMessagesThatWereRemovedWhenNothingWasLeft() {
        publish("1", "2");
        clock.advance(Duration.ofSeconds(20));
        commit();
        connect();
        assertThat(sink.delivered()).isEmpty();

        publish("3");
        step();

        assertThat(sink.delivered()).containsExactly("3");
        assertThat(sink.sentStamps().get(0)).endsWith("/3/2");
    }
}
