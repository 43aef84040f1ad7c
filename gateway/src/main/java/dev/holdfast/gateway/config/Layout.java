package dev.holdfast.gateway.config;

import dev.holdfast.gateway.config.Section.Form;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Every key that the gateway itself has, from the bottom to {@link #ROOT}. The file is read through these constants and
 * nothing else, so that whatever describes the configuration elsewhere can be made from them.
 */
final class Layout {

    static final Key<String> GATEWAY_ID = Key.optional(
            "id",
            Types.NAME,
            "Name of this gateway, part of topics and of the identity stamp; the host name when left out.");

    static final Section GATEWAY = Section.of("gateway", Form.MAPPING, "The gateway itself.", GATEWAY_ID);

    static final Key<Path> STORE_PATH =
            Key.withDefault("path", Types.PATH, "./holdfast-data", "Directory in which messages are kept.");

    static final Section STORE = Section.of("store", Form.MAPPING, "Where messages are kept.", STORE_PATH)
            .notYet("quota");

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

    static final Section ROUTES = Section.of(
                    "routes",
                    Form.LIST,
                    "Which messages go where.",
                    ROUTE_NAME,
                    ROUTE_TOPICS,
                    SINK,
                    ROUTE_WINDOW,
                    ROUTE_ATTEMPTS,
                    ROUTE_ACK_TIMEOUT)
            .notYet("from", "backfill");

    static final Key<InetSocketAddress> ADMIN_BIND =
            Key.withDefault("bind", Types.ADDRESS, "127.0.0.1:8080", "Where the status page and the API are.");

    static final Section ADMIN = Section.of("admin", Form.MAPPING, "Status page and API.", ADMIN_BIND);

    static final Section ROOT = Section.of(
                    "", Form.MAPPING, "The configuration of a gateway.", GATEWAY, STORE, LISTEN, ROUTES, ADMIN)
            .notYet("lanes", "taps");

    private Layout() {}
}
