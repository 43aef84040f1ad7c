package dev.holdfast.gateway;

import dev.holdfast.gateway.config.LaneConfig;
import dev.holdfast.gateway.config.LaneConfig.Bounds;
import dev.holdfast.gateway.journal.JournalOptions;
import dev.holdfast.gateway.journal.LaneLimits;
import dev.holdfast.gateway.journal.LaneOptions;
import dev.holdfast.gateway.journal.Topic;
import dev.holdfast.gateway.journal.WhenFull;
import dev.holdfast.gateway.route.LaneTable;
import dev.holdfast.gateway.route.TopicFilter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The lanes of a configuration, as the journal and the front door know them, with the default lane behind them. */
final class Lanes {

    private final List<LaneOptions> options = new ArrayList<>();
    private final LaneTable table;
    private final int reachable;

    Lanes(List<LaneConfig> lanes) {
        List<List<TopicFilter>> filters = new ArrayList<>();
        int last = lanes.size();
        for (LaneConfig lane : lanes) {
            List<TopicFilter> topics =
                    lane.topics().stream().map(TopicFilter::of).toList();
            if (topics.stream().anyMatch(TopicFilter::matchesAll)) {
                last = Math.min(last, filters.size());
            }
            filters.add(topics);
            options.add(options(lane));
        }
        options.add(LaneOptions.unlimited(JournalOptions.DEFAULT_LANE));
        table = new LaneTable(filters);
        reachable = last + 1;
    }

    private static LaneOptions options(LaneConfig lane) {
        LaneLimits history = lane.history().map(Lanes::limits).orElse(LaneLimits.NOTHING);
        WhenFull whenFull = switch (lane.whenFull()) {
            case STALL -> WhenFull.STALL;
            case REFUSE -> WhenFull.REFUSE;
            case DROP_OLDEST -> WhenFull.DROP_OLDEST;
        };
        return new LaneOptions(lane.name(), limits(lane.limit()), history, whenFull);
    }

    private static LaneLimits limits(Bounds bounds) {
        return new LaneLimits(
                bounds.age().map(Duration::toMillis).orElse(LaneLimits.UNLIMITED),
                bounds.bytes().orElse(LaneLimits.UNLIMITED),
                bounds.messages().orElse(LaneLimits.UNLIMITED));
    }

    /** By index, which is that of {@link #laneOf}. */
    List<LaneOptions> options() {
        return options;
    }

    /** Index of the lane of messages of this topic. */
    int laneOf(Topic topic) {
        return table.laneOf(topic);
    }

    /** How many of them devices can publish to: those up to the first that takes every topic. */
    int reachable() {
        return reachable;
    }
}
