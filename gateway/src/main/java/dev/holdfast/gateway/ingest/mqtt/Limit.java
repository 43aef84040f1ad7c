package dev.holdfast.gateway.ingest.mqtt;

/**
 * A limit that clients can run into: its name, which is that of its key in the configuration and of its counter, and the
 * reason code by which MQTT 5 clients are told.
 */
public enum Limit {
    /** A packet is too large. */
    MAX_PACKET("max-packet", ReasonCode.PACKET_TOO_LARGE),
    /** What comes before CONNECT is complete is too much; nothing is known of the client by then, so nothing is said. */
    CONNECT_BYTES("connect-bytes", ReasonCode.PACKET_TOO_LARGE),
    /** CONNECT takes too long; the same holds. */
    CONNECT_TIMEOUT("connect-timeout", ReasonCode.KEEP_ALIVE_TIMEOUT),
    /** A packet was begun and does not go on. */
    STALL_TIMEOUT("stall-timeout", ReasonCode.KEEP_ALIVE_TIMEOUT),
    /** Too many large packets are under way at once, over all clients. */
    PARTIAL_PACKETS("partial-packets", ReasonCode.QUOTA_EXCEEDED),
    /** There are too many connections. */
    CONNECTIONS("connections", ReasonCode.QUOTA_EXCEEDED),
    /** There are too many that are encrypted, which take more memory. */
    TLS_CONNECTIONS("tls-connections", ReasonCode.QUOTA_EXCEEDED),
    /** There are too many connections from one address. */
    CONNECTIONS_PER_ADDRESS("connections-per-address", ReasonCode.QUOTA_EXCEEDED),
    /** Too many messages are unacknowledged. */
    RECEIVE_MAXIMUM("receive-maximum", ReasonCode.RECEIVE_MAXIMUM_EXCEEDED),
    /** Too many QoS 2 messages are not released. */
    QOS2_IDS("qos2-ids", ReasonCode.RECEIVE_MAXIMUM_EXCEEDED),
    /** A topic name is too long. */
    TOPIC_BYTES("topic-bytes", ReasonCode.TOPIC_NAME_INVALID),
    /** A topic name has too many levels. */
    TOPIC_LEVELS("topic-levels", ReasonCode.TOPIC_NAME_INVALID),
    /** A packet has too many user properties. */
    USER_PROPERTIES("user-properties", ReasonCode.QUOTA_EXCEEDED),
    /** A packet has too large user properties. */
    USER_PROPERTY_BYTES("user-property-bytes", ReasonCode.QUOTA_EXCEEDED),
    /** There are too many sessions to remember. */
    SESSIONS("sessions", ReasonCode.QUOTA_EXCEEDED),
    /** A client sends too many messages: it is read more slowly, and nothing is refused. */
    MESSAGE_RATE("message-rate", ReasonCode.SUCCESS),
    /** A client sends too many bytes: the same. */
    BYTE_RATE("byte-rate", ReasonCode.SUCCESS),
    /** A user name or password is wrong, or missing: no limit, but a reason to be refused all the same. */
    LOGIN("login", ReasonCode.BAD_USER_NAME_OR_PASSWORD),
    /** More logins are to be checked than can be. */
    LOGINS_AT_ONCE("logins-at-once", ReasonCode.SERVER_BUSY),
    /** A client wants to publish what it may not. */
    PUBLISH_RULES("publish-rules", ReasonCode.NOT_AUTHORIZED);

    private final String key;
    private final int reasonCode;

    Limit(String key, int reasonCode) {
        this.key = key;
        this.reasonCode = reasonCode;
    }

    /** Its name for people and counters. */
    public String key() {
        return key;
    }

    int reasonCode() {
        return reasonCode;
    }
}
