package dev.holdfast.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.journal.JournalOptions;
import dev.holdfast.gateway.journal.LaneProgress;
import dev.holdfast.gateway.journal.TopicTable;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is pending in one lane, before and while it is read. */
class FeedTest extends SteppedRoute {

    @Test
    void shouldRememberWhatIsSettledBehindTheWindow() {
        publish("1", "2", "3", "4", "5", "6");
        List<LaneProgress.Range> unsettled = List.of(new LaneProgress.Range(1, 2), from(5));
        LaneProgress stored = new LaneProgress(JournalOptions.DEFAULT_LANE, unsettled, 0);
        Feed feed = new Feed(journal, 0, stored, interest, new TopicTable());
        Window sent = new Window(8);
        for (int taken = 0; taken <= 2; taken++) {
            assertThat(feed.progress(sent, 64).pending()).as("%d sent", taken).isEqualTo(unsettled);
            feed.advance();
            assertThat(feed.progress(sent, 64).pending()).as("behind %d", taken).isEqualTo(unsettled);
            sent.addHeldBack(feed);
            feed.take();
        }
    }
}
