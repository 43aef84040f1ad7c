package dev.holdfast.gateway.config;

import dev.holdfast.gateway.config.Section.Form;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/**
 * Every key that the gateway itself has, from the bottom to {@link #ROOT}. The file is read through these constants and
 * nothing else, so that whatever describes the configuration elsewhere can be made from them.
 */
final class Layout {

    private static final ByteSize MAX_STORE = new ByteSize(16L << 40);

    static final Key<String> GATEWAY_ID = Key.optional(
            "id",
            Types.NAME,
            "Name of this gateway, part of topics and of the identity stamp; the host name when left out.");

    static final Section GATEWAY = Section.of("gateway", Form.MAPPING, "The gateway itself.", GATEWAY_ID);

    static final Key<Path> STORE_PATH =
            Key.withDefault("path", Types.PATH, "./holdfast-data", "Directory in which messages are kept.");

    /** Its lower end leaves room for messages beside what the store needs to work on a full disk. */
    static final Key<ByteSize> STORE_QUOTA = Key.withDefault(
            "quota",
            Types.bytes(new ByteSize(128L << 20), MAX_STORE),
            "4GiB",
            "The most that the store may take on disk, everything included.");

    static final Key<Duration> STORE_COMMIT_EVERY = Key.withDefault(
            "commit-every",
            Types.seconds(0, 10),
            "0ms",
            "Pause between writes to disk, which spares flash memory; acknowledgements wait as long.");

    static final Section STORE =
            Section.of("store", Form.MAPPING, "Where messages are kept.", STORE_PATH, STORE_QUOTA, STORE_COMMIT_EVERY);

    static final Key<String> LANE_NAME =
            Key.required("name", Types.NAME, "Name of the lane, unique in the gateway; what it holds hangs on it.");

    static final Key<String> LANE_TOPICS = Key.requiredList(
            "topics", Types.TOPIC_FILTER, "Topic filters; a message belongs to the first lane of which one matches.");

    static final Key<Duration> AGE = Key.optional("age", Types.AGE, "How old a message may get.");

    static final Key<ByteSize> SIZE = Key.optional(
            "size", Types.bytes(new ByteSize(1 << 20), MAX_STORE), "Bytes of topics, properties and payloads.");

    static final Key<Integer> COUNT =
            Key.optional("count", Types.whole(1, Integer.MAX_VALUE), "How many messages there may be.");

    static final Section LANE_LIMIT =
            Section.of("limit", Form.MAPPING, "What the lane may hold, delivered or not.", AGE, SIZE, COUNT);

    static final Section LANE_HISTORY =
            Section.of("history", Form.MAPPING, "How much of what is delivered stays.", AGE, SIZE);

    static final Key<String> LANE_WHEN_FULL = Key.withDefault(
            "when-full",
            Type.oneOf(Arrays.stream(WhenFull.values()).map(WhenFull::toString).toList()),
            WhenFull.STALL.toString(),
            "What becomes of a message for a lane that is full, or a store.");

    static final Section LANES = Section.of(
            "lanes",
            Form.LIST,
            "Parts of the store with limits of their own, by priority.",
            LANE_NAME,
            LANE_TOPICS,
            LANE_LIMIT,
            LANE_HISTORY,
            LANE_WHEN_FULL);

    static final Key<InetSocketAddress> MQTT_BIND =
            Key.withDefault("bind", Types.ADDRESS, "127.0.0.1:1883", "Where devices publish by MQTT.");

    /** Its upper end is what the front door can take: a message must fit into a file of the store. */
    static final Key<ByteSize> MQTT_MAX_PACKET = Key.withDefault(
            "max-packet",
            Types.bytes(new ByteSize(1 << 10), new ByteSize(4 << 20)),
            "1MiB",
            "Largest MQTT packet that is taken.");

    static final Section MQTT = Section.of("mqtt", Form.MAPPING, "The MQTT listener.", MQTT_BIND, MQTT_MAX_PACKET)
            .notYet("broker");

    static final Section LISTEN =
            Section.of("listen", Form.MAPPING, "Where messages come in.", MQTT).notYet("http");

    static final Key<String> ROUTE_NAME =
            Key.required("name", Types.NAME, "Name of the route, unique in the gateway; its progress hangs on it.");

    static final Key<String> ROUTE_TOPICS =
            Key.requiredList("topics", Types.TOPIC_FILTER, "Topic filters; the route has what matches one of them.");

    static final Key<String> SINK_TYPE =
            Key.required("type", Types.TEXT, "Kind of the sink, which decides what other keys it has.");

    static final Section SINK = Section.of("sink", Form.SINK, "Where the messages of the route go.", SINK_TYPE);

    static final Key<Integer> ROUTE_WINDOW = Key.withDefault(
            "window", Types.whole(1, 65_535), "512", "How many messages may be sent and not yet settled.");

    static final Key<Integer> ROUTE_ATTEMPTS = Key.withDefault(
            "attempts",
            Types.whole(1, 1_000),
            "10",
            "How often a message that makes the upstream close is tried before it is put aside.");

    static final Key<Duration> ROUTE_ACK_TIMEOUT = Key.withDefault(
            "ack-timeout",
            Types.seconds(1, 3_600),
            "20s",
            "How long a connected upstream may acknowledge nothing before the connection is made anew.");

    static final Key<Boolean> ROUTE_GAPS = Key.withDefault(
            "gaps",
            Types.FLAG,
            "false",
            "Whether the route also gets the gateway's own messages about what was removed undelivered.");

    static final Section ROUTES = Section.of(
                    "routes",
                    Form.LIST,
                    "Which messages go where.",
                    ROUTE_NAME,
                    ROUTE_TOPICS,
                    SINK,
                    ROUTE_WINDOW,
                    ROUTE_ATTEMPTS,
                    ROUTE_ACK_TIMEOUT,
                    ROUTE_GAPS)
            .notYet("from", "backfill");

    static final Key<InetSocketAddress> ADMIN_BIND =
            Key.withDefault("bind", Types.ADDRESS, "127.0.0.1:8080", "Where the status page and the API are.");

    static final Section ADMIN = Section.of("admin", Form.MAPPING, "Status page and API.", ADMIN_BIND);

    static final Section ROOT = Section.of(
                    "", Form.MAPPING, "The configuration of a gateway.", GATEWAY, STORE, LANES, LISTEN, ROUTES, ADMIN)
            .notYet("taps");

    private Layout() {}
}
