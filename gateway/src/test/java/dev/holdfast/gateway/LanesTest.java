package dev.holdfast.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.config.LaneConfig;
import dev.holdfast.gateway.config.LaneConfig.Bounds;
import dev.holdfast.gateway.config.WhenFull;
import dev.holdfast.gateway.journal.Gap;
import dev.holdfast.gateway.journal.GapReason;
import dev.holdfast.gateway.journal.JournalOptions;
import dev.holdfast.gateway.journal.LaneLimits;
import dev.holdfast.gateway.journal.LaneOptions;
import dev.holdfast.gateway.journal.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of configured lanes, and of the messages that tell of gaps. */
class LanesTest {

    private static final Bounds NONE = new Bounds(Optional.empty(), OptionalLong.empty(), OptionalLong.empty());

    private static LaneConfig lane(String name, String... topics) {
        return new LaneConfig(name, List.of(topics), NONE, Optional.empty(), WhenFull.REFUSE);
    }

    private static Lanes lanes(LaneConfig... lanes) {
        return new Lanes(List.of(lanes));
    }

    @Test
    void shouldHaveTheDefaultLaneLast() {
        assertThat(lanes().options()).containsExactly(LaneOptions.unlimited(JournalOptions.DEFAULT_LANE));
        assertThat(lanes(lane("a", "a"), lane("b", "b")).options())
                .extracting(LaneOptions::name)
                .containsExactly("a", "b", "default");
        assertThat(LaneConfig.DEFAULT).isEqualTo(JournalOptions.DEFAULT_LANE);
    }

    @Test
    void shouldTakeOverLimitsHistoryAndPolicy() {
        Bounds limit = new Bounds(Optional.of(Duration.ofDays(7)), OptionalLong.of(1 << 20), OptionalLong.of(5));
        Bounds history = new Bounds(Optional.of(Duration.ofDays(1)), OptionalLong.empty(), OptionalLong.empty());
        LaneConfig full = new LaneConfig("a", List.of("#"), limit, Optional.of(history), WhenFull.DROP_OLDEST);

        assertThat(lanes(full, lane("b", "b")).options().subList(0, 2))
                .containsExactly(
                        new LaneOptions(
                                "a",
                                new LaneLimits(7 * 86_400_000L, 1 << 20, 5),
                                new LaneLimits(86_400_000L, LaneLimits.UNLIMITED, LaneLimits.UNLIMITED),
                                dev.holdfast.gateway.journal.WhenFull.DROP_OLDEST),
                        new LaneOptions(
                                "b",
                                LaneLimits.NONE,
                                LaneLimits.NOTHING,
                                dev.holdfast.gateway.journal.WhenFull.REFUSE));
    }

    @ParameterizedTest
    @CsvSource({"x/alarm, 0", "plant/1, 1", "fire, 1", "alarm/x, 2", "$SYS/a, 2"})
    void shouldPutAMessageIntoTheFirstLaneThatMatches(String topic, int lane) {
        Lanes lanes = lanes(lane("alarms", "+/alarm"), lane("plant", "fire", "plant/#", "x/alarm"));

        assertThat(lanes.laneOf(Topic.of(topic))).isEqualTo(lane);
        assertThat(lanes.reachable()).isEqualTo(3);
    }

    @Test
    void shouldKnowWhichLanesDevicesCanPublishTo() {
        assertThat(lanes().reachable()).isEqualTo(1);
        assertThat(lanes(lane("a", "a"), lane("b", "x", "#"), lane("c", "$SYS/#"))
                        .reachable())
                .isEqualTo(2);
    }

    @Test
    void shouldTellOfGapsInTheLaneOfTheirTopic() {
        Lanes lanes = lanes(lane("a", "a"), lane("own", "holdfast/#"));
        GapMessages messages = new GapMessages("box17", lanes);
        Gap gap = new Gap(3, "a", List.of("cloud"), 10, 20, 11, 1_100, GapReason.QUOTA, 5_000, 6_000, 1_000, false);

        assertThat(messages.topic()).isEqualTo(Topic.of("holdfast/box17/gap"));
        assertThat(messages.lane()).isEqualTo(1);
        assertThat(new String(messages.payload(gap), UTF_8))
                .isEqualTo("{\"gateway\":\"box17\",\"number\":3,\"lane\":\"a\",\"routes\":[\"cloud\"],\"from\":10,"
                        + "\"to\":20,\"messages\":11,\"bytes\":1100,\"reason\":\"quota\","
                        + "\"since\":\"1970-01-01T00:00:01Z\",\"until\":\"1970-01-01T00:00:02Z\","
                        + "\"sinceGatewayMillis\":5000,\"untilGatewayMillis\":6000}");
    }
}
