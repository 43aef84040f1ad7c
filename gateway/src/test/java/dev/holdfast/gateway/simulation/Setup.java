package dev.holdfast.gateway.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.gateway.forward.ForwarderOptions;
import dev.holdfast.gateway.journal.Gap;
import dev.holdfast.gateway.journal.GapNotice;
import dev.holdfast.gateway.journal.JournalOptions;
import dev.holdfast.gateway.journal.LaneLimits;
import dev.holdfast.gateway.journal.LaneOptions;
import dev.holdfast.gateway.journal.RouteInterest;
import dev.holdfast.gateway.journal.Topic;
import dev.holdfast.gateway.journal.WhenFull;
import dev.holdfast.gateway.route.Entrances;
import dev.holdfast.gateway.route.Interest;
import dev.holdfast.gateway.route.TopicFilter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * How the gateway of one seed is configured. Everything is small, so that every limit is met often.
 *
 * @param routes what goes where
 * @param lanes as in {@link JournalOptions}
 * @param quotaBytes as in {@link JournalOptions}
 * @param diskUnitBytes as in {@link JournalOptions}
 * @param commitEvery as in {@link JournalOptions}
 * @param devices how many devices there are
 * @param deviceWindow how many messages a device has unacknowledged at most
 * @param maxQueuedBytes as in {@link JournalOptions}
 * @param maxTransactionBytes as in {@link JournalOptions}
 * @param maxChunkBytes as in {@link JournalOptions}
 * @param steps how many steps are taken before the faults end
 */
record Setup(
        List<Route> routes,
        List<LaneOptions> lanes,
        long quotaBytes,
        int diskUnitBytes,
        Duration commitEvery,
        int devices,
        int deviceWindow,
        int maxQueuedBytes,
        int maxTransactionBytes,
        int maxChunkBytes,
        int steps) {

    static final String GATEWAY = "box";

    /** The last part of each topic. */
    static final List<String> KINDS = List.of("telemetry", "alarm", "debug");

    static final String GAP_TOPIC = "holdfast/" + GATEWAY + "/gap";

    /** What the gateway's own messages begin with; the number of the gap follows. */
    static final String GAP_PAYLOAD = "gap ";

    private static final String ALARMS = "alarms";
    private static final String ALL = "#";
    private static final List<List<String>> FILTERS = List.of(
            List.of(ALL),
            List.of(ALL, "+/alarm"),
            List.of("+/telemetry", "+/alarm"),
            List.of("+/telemetry"),
            List.of(ALL, ALL));

    /**
     * A route.
     *
     * @param name its name
     * @param filter {@code #}, or {@code +/} and a kind
     * @param window as in {@link ForwarderOptions}
     * @param attempts as in {@link ForwarderOptions}
     * @param gaps whether it wants to be told of gaps
     */
    record Route(String name, String filter, int window, int attempts, boolean gaps) {

        boolean wants(String topic) {
            boolean matches = filter.equals(ALL) || topic.endsWith(filter.substring(1));
            return topic.equals(GAP_TOPIC) ? gaps : matches;
        }

        Interest interest() {
            return new Interest(name, List.of(TopicFilter.of(filter)), Entrances.ALL, gaps);
        }

        ForwarderOptions options() {
            return ForwarderOptions.of(GATEWAY, interest(), window, attempts, Duration.ofSeconds(20));
        }
    }

    static Setup draw(RandomGenerator random) {
        List<Route> routes = new ArrayList<>();
        for (String filter : FILTERS.get(random.nextInt(FILTERS.size()))) {
            routes.add(new Route(
                    "route" + routes.size(),
                    filter,
                    1 + random.nextInt(8),
                    2 + random.nextInt(3),
                    random.nextInt(3) == 0));
        }
        boolean allIsWanted = routes.stream().anyMatch(route -> route.filter().equals(ALL));
        List<LaneOptions> lanes = new ArrayList<>();
        if (random.nextBoolean()) {
            lanes.add(lane(ALARMS, allIsWanted, random));
        }
        lanes.add(lane(JournalOptions.DEFAULT_LANE, allIsWanted, random));
        boolean quotaMayBeMet = allIsWanted || lanes.stream().allMatch(lane -> lane.whenFull() == WhenFull.DROP_OLDEST);
        int unit = 50 + random.nextInt(200);
        return new Setup(
                routes,
                lanes,
                quotaMayBeMet && random.nextInt(3) == 0
                        ? 40L * unit + 8_000 + random.nextInt(40_000)
                        : JournalOptions.DEFAULT_QUOTA_BYTES,
                unit,
                random.nextInt(4) == 0 ? Duration.ofMillis(random.nextInt(200)) : Duration.ZERO,
                1 + random.nextInt(3),
                1 + random.nextInt(8),
                1_000 + random.nextInt(8_000),
                500 + random.nextInt(4_000),
                150 + random.nextInt(600),
                100 + random.nextInt(300));
    }

    /** What nobody wants leaves a lane by its limits alone: one that makes publishers wait would do so for ever. */
    private static LaneOptions lane(String name, boolean allIsWanted, RandomGenerator random) {
        WhenFull[] policies = WhenFull.values();
        WhenFull whenFull = policies[random.nextInt(policies.length)];
        boolean mayBeFull = allIsWanted || whenFull == WhenFull.DROP_OLDEST;
        LaneLimits limit = new LaneLimits(
                random.nextInt(4) == 0 ? 5_000 + random.nextInt(300_000) : LaneLimits.UNLIMITED,
                mayBeFull && random.nextInt(3) == 0 ? 1_000 + random.nextInt(6_000) : LaneLimits.UNLIMITED,
                mayBeFull && random.nextInt(3) == 0 ? 3 + random.nextInt(40) : LaneLimits.UNLIMITED);
        LaneLimits history = random.nextInt(4) == 0
                ? new LaneLimits(1_000 + random.nextInt(200_000), 500 + random.nextInt(5_000), LaneLimits.UNLIMITED)
                : LaneLimits.NOTHING;
        return new LaneOptions(name, limit, history, whenFull);
    }

    /** Names of the lanes, in the order of their priority. */
    List<String> laneNames() {
        return lanes.stream().map(LaneOptions::name).toList();
    }

    int laneOf(String topic) {
        return topic.endsWith("/alarm") ? 0 : lanes.size() - 1;
    }

    /**
     * Whether devices may publish what makes an upstream close. It is put aside only when something behind it was taken;
     * if a lane is too full by then to take anything, both wait for ever.
     */
    boolean mayMakeTheUpstreamClose() {
        return !hasQuota()
                && lanes.stream()
                        .allMatch(lane -> lane.whenFull() == WhenFull.DROP_OLDEST
                                || (lane.limit().bytes() == LaneLimits.UNLIMITED
                                        && lane.limit().messages() == LaneLimits.UNLIMITED));
    }

    boolean hasQuota() {
        return quotaBytes != JournalOptions.DEFAULT_QUOTA_BYTES;
    }

    /** Under which table the messages of a lane lie. */
    static String table(int lane) {
        return "lane." + (lane + 1);
    }

    /** The routes that want messages of a topic, a bit for each. */
    int wantedBy(String topic) {
        int bits = 0;
        for (int i = 0; i < routes.size(); i++) {
            bits |= routes.get(i).wants(topic) ? 1 << i : 0;
        }
        return bits;
    }

    JournalOptions journalOptions() {
        List<RouteInterest> interests = new ArrayList<>();
        routes.forEach(route -> interests.add(route.interest()));
        return JournalOptions.defaults(interests)
                .withLanes(lanes)
                .withQuota(quotaBytes)
                .withCommitEvery(commitEvery)
                .withGapNotice(routes.stream().anyMatch(Route::gaps) ? new Notice() : null)
                .withSizes(maxQueuedBytes, maxTransactionBytes, maxChunkBytes, diskUnitBytes);
    }

    /** Tells of gaps in the lane that comes last. */
    private final class Notice implements GapNotice {

        @Override
        public Topic topic() {
            return Topic.of(GAP_TOPIC);
        }

        @Override
        public int lane() {
            return lanes.size() - 1;
        }

        @Override
        public byte[] payload(Gap gap) {
            return (GAP_PAYLOAD + gap.number()).getBytes(UTF_8);
        }
    }
}
