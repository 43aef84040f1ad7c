package dev.holdfast.gateway.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lanes with limits that are reached at once. */
class SmallLaneTest extends SteppedJournal {

    private static final LaneLimits THREE = new LaneLimits(LaneLimits.UNLIMITED, LaneLimits.UNLIMITED, 3);
    private static final LaneLimits A_DAY = new LaneLimits(86_400_000, 1 << 20, LaneLimits.UNLIMITED);

    private void open(LaneLimits history, WhenFull whenFull, GapNotice notice) {
        LaneOptions lane = new LaneOptions(JournalOptions.DEFAULT_LANE, THREE, history, whenFull);
        journal = open(JournalOptions.defaults(List.of(wanting("a")))
                .withLanes(List.of(lane))
                .withGapNotice(notice));
    }

    @Test
    void shouldRemoveHistoryThatFillsALane() {
        open(A_DAY, WhenFull.STALL, new Notice());
        append("1");
        append("2");
        append("3");
        step();
        assertThat(journal.admission(0)).isEqualTo(Admission.WAIT);

        journal.saveProgress("a", settledUpTo(3, 3));
        step();
        clock.advance(Duration.ofMillis(110));
        step();

        assertThat(journal.admission(0)).isEqualTo(Admission.TAKE);
    }

    @Test
    void shouldCountTheMessageThatTellsOfAGap() {
        open(LaneLimits.NOTHING, WhenFull.DROP_OLDEST, new Notice());
        for (int i = 0; i < 5; i++) {
            append("message " + i);
            step();
        }
        assertThat(journal.gaps()).hasSize(1);

        clock.advance(Duration.ofSeconds(11));
        step();

        assertThat(journal.gaps().get(0).announced()).isTrue();
        assertThat(journal.lanes().get(0).messages()).isEqualTo(3);
    }

    private static final class Notice implements GapNotice {

        @Override
        public Topic topic() {
            return Topic.of("gap");
        }

        @Override
        public int lane() {
            return 0;
        }

        @Override
        public byte[] payload(Gap gap) {
            return "gap".getBytes(UTF_8);
        }
    }
}
