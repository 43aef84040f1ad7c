package dev.holdfast.gateway.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.forward.RouteState;
import dev.holdfast.gateway.forward.RouteStatus;
import dev.holdfast.gateway.journal.Append;
import dev.holdfast.gateway.journal.Fragment;
import dev.holdfast.gateway.journal.JournalOptions;
import dev.holdfast.gateway.journal.LaneProgress;
import dev.holdfast.gateway.journal.ManualClock;
import dev.holdfast.gateway.journal.MemoryStore;
import dev.holdfast.gateway.journal.Origin;
import dev.holdfast.gateway.journal.StoreJournal;
import dev.holdfast.gateway.journal.Topic;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The backlog of a route that has read nothing yet, as when its upstream is down. */
class BacklogsTest {

    private static final String TOPIC = "sensors/1";
    private static final String PAYLOAD = "21.4";
    private static final int MESSAGE_BYTES = TOPIC.length() + PAYLOAD.length();

    private final ManualClock clock = new ManualClock();
    private final StoreJournal journal =
            StoreJournal.open(new MemoryStore(), JournalOptions.defaults(List.of()), clock);

    /** Messages that come in a second apart, three of them in one commit. */
    private void publishThree() {
        for (int i = 0; i < 3; i++) {
            Fragment fragment = new Fragment(0, Origin.frontDoor("device"), journal.gatewayMillis(), 16);
            byte[] payload = PAYLOAD.getBytes(UTF_8);
            fragment.begin(Topic.of(TOPIC), 1, false, 0, payload.length);
            int at = fragment.claim(payload.length);
            System.arraycopy(payload, 0, fragment.buffer(), at, payload.length);
            journal.append(new Append(List.of(fragment), List.of(), () -> {}));
            clock.advance(Duration.ofSeconds(1));
        }
        while (journal.committer().doWork() == 0) {
            // until there is nothing to do
        }
    }

    private StatusReport.Backlog backlog(long lowest) {
        String lane = journal.lanes().get(0).name();
        RouteStatus.Lane nothingRead = new RouteStatus.Lane(LaneProgress.from(lane, lowest), 0, -1);
        RouteStatus status =
                new RouteStatus("r", RouteState.RETRYING, "refused", "", List.of(nothingRead), 0, 0, 0, 0, 0);
        return new Backlogs(journal).of(status, journal.lanes());
    }

    @Test
    void shouldAskTheStoreHowOldTheOldestMessageIs() {
        publishThree();

        assertThat(backlog(1)).isEqualTo(new StatusReport.Backlog(3, 3L * MESSAGE_BYTES, 3.0));
    }

    @Test
    void shouldFindTheOldestInTheMiddleOfAChunk() {
        publishThree();

        assertThat(backlog(3)).isEqualTo(new StatusReport.Backlog(1, MESSAGE_BYTES, 1.0));
    }

    @Test
    void shouldBeEmptyWhenNothingWaits() {
        publishThree();

        assertThat(backlog(4)).isEqualTo(new StatusReport.Backlog(0, 0, 0));
    }
}
