package dev.holdfast.gateway.config;

import dev.holdfast.gateway.config.Section.Form;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

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

    static final Key<InetSocketAddress> BIND =
            Key.required("bind", Types.ADDRESS, "Where to listen; 0.0.0.0 is every address of this machine.");

    /** Its upper end is what the front door can take: a message must fit into a file of the store. */
    static final Key<ByteSize> MAX_PACKET = Key.withDefault(
            "max-packet",
            Types.bytes(new ByteSize(1 << 10), new ByteSize(4 << 20)),
            "1MiB",
            "Largest MQTT packet that is taken.");

    static final Key<Boolean> ANONYMOUS = Key.withDefault(
            "anonymous",
            Types.FLAG,
            "false",
            "Whether clients may come in that do not say who they are; on this machine they may, as long as there are no users.");

    static final Key<BrokerAddress> BROKER = Key.optional(
            "broker",
            Types.BROKER,
            "The broker that it stands before as a gate: all is passed on, and its PUBACK held until the message is on disk.");

    static final Key<String> GATE_STORE = Key.optionalList(
            "store",
            Types.TOPIC_FILTER,
            "Topic filters of what a gate stores; the rest is passed on and forgotten. Everything when left out.");

    static final String PASS = "pass";

    static final Key<String> GATE_ON_FULL = Key.optional(
            "on-full",
            Type.oneOf(List.of("lane", PASS)),
            "What a gate does with a message for which there is no room: lane, which is what it does when left out, goes by its "
                    + "lane's when-full; pass hands it to the broker without storing it, and counts it as a gap.");

    static final Key<Boolean> BROKER_PROXY_PROTOCOL = Key.optional(
            "broker-proxy-protocol",
            Types.FLAG,
            "Whether the broker is told by PROXY protocol v2 where a device is, which it must expect; not when left out.");

    static final Key<Path> BROKER_CA = Key.optional(
            "broker-ca-file",
            Types.PATH,
            "Whose certificates the broker may show, PEM; those that Java trusts when left out. Taken anew when the file changes.");

    static final Key<Path> BROKER_CERTIFICATE = Key.optional(
            "broker-certificate", Types.PATH, "What the gate shows to a broker that wants to see a certificate, PEM.");

    static final Key<Path> BROKER_KEY =
            Key.optional("broker-key", Types.PATH, "Its private key, PEM, PKCS#8 without a password.");

    /** What only a gate has. */
    static final List<Item> GATE =
            List.of(BROKER, BROKER_CA, BROKER_CERTIFICATE, BROKER_KEY, BROKER_PROXY_PROTOCOL, GATE_STORE, GATE_ON_FULL);

    static final Key<Boolean> PROXY_PROTOCOL = Key.withDefault(
            "proxy-protocol",
            Types.FLAG,
            "false",
            "Whether a proxy stands before it, which says by PROXY protocol where a client is; then nobody else may reach it.");

    static final Key<Path> CERTIFICATE = Key.required(
            "certificate",
            Types.PATH,
            "The listener's certificate and its chain, PEM; taken anew when the file changes.");

    static final Key<Path> KEY = Key.required("key", Types.PATH, "Its private key, PEM, PKCS#8 without a password.");

    static final Key<Path> CLIENT_CA = Key.optional(
            "client-ca",
            Types.PATH,
            "Whose certificates clients show, PEM; the common name of a client's certificate is its user name.");

    static final String REQUIRED = "required";

    static final Key<String> CLIENT_CERTIFICATE = Key.withDefault(
            "client-certificate",
            Type.oneOf(List.of(REQUIRED, "optional")),
            REQUIRED,
            "Whether clients must show one, where there is a client-ca.");

    static final Key<String> WS_PATH =
            Key.withDefault("path", Types.URL_PATH, "/mqtt", "Path under which WebSockets are opened.");

    static final Key<String> WS_ORIGINS = Key.optionalList(
            "origins",
            Types.TEXT,
            "Pages whose scripts may connect, such as https://app.example; * stands for all. Devices send no origin.");

    static final Key<Path> UNIX_PATH =
            Key.required("path", Types.SOCKET_PATH, "The socket's file; the gateway's user and group may use it.");

    static final Section MQTT = Section.of(
                    "mqtt", Form.MAPPING, "MQTT on TCP.", MQTT_BIND, MAX_PACKET, ANONYMOUS, PROXY_PROTOCOL)
            .and(GATE);

    static final Section MQTTS = Section.of(
                    "mqtts",
                    Form.MAPPING,
                    "MQTT over TLS.",
                    BIND,
                    CERTIFICATE,
                    KEY,
                    CLIENT_CA,
                    CLIENT_CERTIFICATE,
                    MAX_PACKET,
                    ANONYMOUS,
                    PROXY_PROTOCOL)
            .and(GATE);

    static final Section WS = Section.of(
                    "ws",
                    Form.MAPPING,
                    "MQTT over WebSockets.",
                    BIND,
                    WS_PATH,
                    WS_ORIGINS,
                    MAX_PACKET,
                    ANONYMOUS,
                    PROXY_PROTOCOL)
            .and(GATE);

    static final Section WSS = Section.of(
                    "wss",
                    Form.MAPPING,
                    "MQTT over WebSockets over TLS.",
                    BIND,
                    CERTIFICATE,
                    KEY,
                    CLIENT_CA,
                    CLIENT_CERTIFICATE,
                    WS_PATH,
                    WS_ORIGINS,
                    MAX_PACKET,
                    ANONYMOUS,
                    PROXY_PROTOCOL)
            .and(GATE);

    static final Section UNIX = Section.of(
                    "unix", Form.MAPPING, "MQTT on a Unix socket, for this machine.", UNIX_PATH, MAX_PACKET, ANONYMOUS)
            .and(GATE);

    /** All the ways in. */
    static final List<Section> LISTENERS = List.of(MQTT, MQTTS, WS, WSS, UNIX);

    static final Key<Integer> CONNECTIONS =
            Key.withDefault("connections", Types.whole(1, 1_000_000), "10000", "How many connections there may be.");

    static final Key<Integer> TLS_CONNECTIONS = Key.withDefault(
            "tls-connections",
            Types.whole(1, 1_000_000),
            "1000",
            "How many of them may be encrypted, which takes about ten times the memory.");

    static final Key<Integer> CONNECTIONS_PER_ADDRESS = Key.withDefault(
            "connections-per-address",
            Types.whole(1, 1_000_000),
            "1000",
            "How many may come from one address, or one /64 network of IPv6; this machine's own are not counted.");

    static final Key<ByteSize> CONNECT_BYTES = Key.withDefault(
            "connect-bytes",
            Types.bytes(new ByteSize(1 << 10), new ByteSize(1 << 20)),
            "16KiB",
            "How large a CONNECT may be, with will and password.");

    static final Key<Duration> CONNECT_TIMEOUT = Key.withDefault(
            "connect-timeout",
            Types.seconds(1, 60),
            "5s",
            "How long it may take until CONNECT is there, TLS included.");

    static final Key<Duration> STALL_TIMEOUT = Key.withDefault(
            "stall-timeout",
            Types.seconds(1, 3_600),
            "30s",
            "How long a packet that was begun may rest; 1KiB of it must come in such a time.");

    static final Key<ByteSize> PARTIAL_PACKETS = Key.withDefault(
            "partial-packets",
            Types.bytes(new ByteSize(1 << 20), new ByteSize(1 << 30)),
            "24MiB",
            "Memory for packets of which only a part has come in, all clients together.");

    static final Key<Integer> RECEIVE_MAXIMUM = Key.withDefault(
            "receive-maximum",
            Types.whole(1, 65_535),
            "1024",
            "How many QoS 1 and 2 messages of an MQTT 5 client may be unacknowledged.");

    static final Key<Integer> QOS2_IDS = Key.withDefault(
            "qos2-ids",
            Types.whole(1, 65_535),
            "8192",
            "How many QoS 2 messages of a client may be stored and not released; behind a gate its broker says so.");

    static final Key<Integer> TOPIC_ALIASES = Key.withDefault(
            "topic-aliases", Types.whole(0, 65_535), "64", "How many topic aliases a connection may use.");

    static final Key<ByteSize> TOPIC_BYTES = Key.withDefault(
            "topic-bytes",
            Types.bytes(new ByteSize(1), new ByteSize(65_535)),
            "4KiB",
            "How long a topic may be, in bytes of UTF-8.");

    static final Key<Integer> TOPIC_LEVELS =
            Key.withDefault("topic-levels", Types.whole(1, 65_535), "64", "How many levels a topic may have.");

    static final Key<Integer> USER_PROPERTIES = Key.withDefault(
            "user-properties", Types.whole(0, 65_535), "64", "How many user properties a packet may have.");

    static final Key<ByteSize> USER_PROPERTY_BYTES = Key.withDefault(
            "user-property-bytes",
            Types.bytes(new ByteSize(0), new ByteSize(4 << 20)),
            "16KiB",
            "How large the user properties of a packet may be together.");

    static final Key<Integer> MESSAGE_RATE = Key.withDefault(
            "message-rate",
            Types.whole(0, Integer.MAX_VALUE),
            "0",
            "How many packets a client may send in a second, more are read more slowly; 0 for any number.");

    static final Key<ByteSize> BYTE_RATE = Key.withDefault(
            "byte-rate",
            Types.bytes(new ByteSize(0), new ByteSize(16L << 30)),
            "0",
            "How many bytes a client may send in a second, more are read more slowly; 0 for any number.");

    static final Key<Integer> SESSIONS = Key.withDefault(
            "sessions",
            Types.whole(1, 1_000_000),
            "10000",
            "How many sessions are remembered beyond their connections.");

    static final Key<Duration> SESSION_EXPIRY =
            Key.withDefault("session-expiry", Types.AGE, "30d", "For how long at most a session is remembered.");

    static final Section LIMITS = Section.of(
            "limits",
            Form.MAPPING,
            "What clients may do, all listeners together.",
            CONNECTIONS,
            TLS_CONNECTIONS,
            CONNECTIONS_PER_ADDRESS,
            CONNECT_BYTES,
            CONNECT_TIMEOUT,
            STALL_TIMEOUT,
            PARTIAL_PACKETS,
            RECEIVE_MAXIMUM,
            QOS2_IDS,
            TOPIC_ALIASES,
            TOPIC_BYTES,
            TOPIC_LEVELS,
            USER_PROPERTIES,
            USER_PROPERTY_BYTES,
            MESSAGE_RATE,
            BYTE_RATE,
            SESSIONS,
            SESSION_EXPIRY);

    static final Section LISTEN = Section.of(
                    "listen", Form.MAPPING, "Where messages come in.", MQTT, MQTTS, WS, WSS, UNIX, LIMITS)
            .notYet("http");

    static final Key<Path> USERS = Key.optional(
            "users",
            Types.PATH,
            "File of users and hashed passwords, made by holdfast passwd; taken anew when it changes.");

    static final Key<String> RULE_USERS = Key.optionalList(
            "users", Types.TEXT, "Names of users, exact or ending in *; everybody when left out, the anonymous too.");

    static final Key<String> RULE_CLIENTS =
            Key.optionalList("clients", Types.TEXT, "Client ids, exact or ending in *; every one when left out.");

    static final Key<String> RULE_TOPICS = Key.requiredList(
            "topics",
            Types.TOPIC_FILTER,
            "Topic filters, in which %u stands for the user name and %c for the client id.");

    static final Section PUBLISH = Section.of(
            "publish",
            Form.LIST,
            "Who may publish what; what none of these allows is refused.",
            RULE_USERS,
            RULE_CLIENTS,
            RULE_TOPICS);

    static final Section ACCESS = Section.of("access", Form.MAPPING, "Who gets in.", USERS, PUBLISH);

    static final Key<String> TAP_NAME = Key.required(
            "name", Types.NAME, "Name of the tap, unique in the gateway; its session at the broker hangs on it.");

    static final Key<String> TAP_TOPICS = Key.requiredList(
            "topics",
            Types.TAP_FILTER,
            "Topic filters to subscribe to; with $share/GROUP/ before it, gateways of the same group share the messages.");

    static final Section TAPS = Section.of(
            "taps",
            Form.TAPS,
            "Brokers to subscribe at; what comes is acknowledged when it is on disk.",
            TAP_NAME,
            TAP_TOPICS);

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

    static final Key<String> ROUTE_FROM = Key.optionalList(
            "from",
            Types.NAME,
            "Where its messages came in: front-door, or the names of taps; by default everywhere but at the sink's own"
                    + " broker.");

    static final Section ROUTES = Section.of(
                    "routes",
                    Form.LIST,
                    "Which messages go where.",
                    ROUTE_NAME,
                    ROUTE_FROM,
                    ROUTE_TOPICS,
                    SINK,
                    ROUTE_WINDOW,
                    ROUTE_ATTEMPTS,
                    ROUTE_ACK_TIMEOUT,
                    ROUTE_GAPS)
            .notYet("backfill");

    static final Key<InetSocketAddress> ADMIN_BIND =
            Key.withDefault("bind", Types.ADDRESS, "127.0.0.1:8080", "Where the status page and the API are.");

    static final Section ADMIN = Section.of("admin", Form.MAPPING, "Status page and API.", ADMIN_BIND);

    static final Section ROOT = Section.of(
            "",
            Form.MAPPING,
            "The configuration of a gateway.",
            GATEWAY,
            STORE,
            LANES,
            LISTEN,
            ACCESS,
            TAPS,
            ROUTES,
            ADMIN);

    private Layout() {}
}
