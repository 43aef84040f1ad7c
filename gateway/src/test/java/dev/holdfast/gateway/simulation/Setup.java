package dev.holdfast.gateway.simulation;

import dev.holdfast.gateway.forward.ForwarderOptions;
import dev.holdfast.gateway.journal.JournalOptions;
import dev.holdfast.gateway.journal.RouteInterest;
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
 * @param devices how many devices there are
 * @param deviceWindow how many messages a device has unacknowledged at most
 * @param maxQueuedBytes as in {@link JournalOptions}
 * @param maxTransactionBytes as in {@link JournalOptions}
 * @param maxChunkBytes as in {@link JournalOptions}
 * @param steps how many steps are taken before the faults end
 */
record Setup(
        List<Route> routes,
        int devices,
        int deviceWindow,
        int maxQueuedBytes,
        int maxTransactionBytes,
        int maxChunkBytes,
        int steps) {

    static final String GATEWAY = "box";

    /** The last part of each topic. */
    static final List<String> KINDS = List.of("telemetry", "alarm", "debug");

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
     */
    record Route(String name, String filter, int window, int attempts) {

        boolean wants(String topic) {
            return filter.equals(ALL) || topic.endsWith(filter.substring(1));
        }

        Interest interest() {
            return new Interest(name, List.of(TopicFilter.of(filter)));
        }

        ForwarderOptions options() {
            return ForwarderOptions.of(GATEWAY, interest(), window, attempts, Duration.ofSeconds(20));
        }
    }

    static Setup draw(RandomGenerator random) {
        List<Route> routes = new ArrayList<>();
        for (String filter : FILTERS.get(random.nextInt(FILTERS.size()))) {
            routes.add(new Route("route" + routes.size(), filter, 1 + random.nextInt(8), 2 + random.nextInt(3)));
        }
        return new Setup(
                routes,
                1 + random.nextInt(3),
                1 + random.nextInt(8),
                1_000 + random.nextInt(8_000),
                500 + random.nextInt(4_000),
                150 + random.nextInt(600),
                100 + random.nextInt(300));
    }

    /** Lanes by name, in the order of their priority. */
    List<String> lanes() {
        return List.of(JournalOptions.DEFAULT_LANE);
    }

    int laneOf(String topic) {
        return 0;
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
        return JournalOptions.defaults(interests).withSizes(maxQueuedBytes, maxTransactionBytes, maxChunkBytes, 100);
    }
}
