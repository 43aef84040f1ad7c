package dev.holdfast.gateway.ingest.mqtt;

import java.time.Duration;

/**
 * What clients may do, all listeners together. Memory stays bounded by these numbers, whatever clients do.
 *
 * @param connections who may connect
 * @param messages what a client may send
 * @param rate how fast
 * @param sessions what is remembered of it
 */
public record Limits(Connections connections, Messages messages, Rate rate, SessionLimits sessions) {

    private static final int MAX_TWO_BYTE_INTEGER = 65_535;

    /**
     * Who may connect.
     *
     * @param total how many connections there may be
     * @param tls how many of them may be encrypted, which takes about ten times the memory
     * @param perAddress how many from one address, or from one /64 network of IPv6; this machine itself is not counted
     * @param connectBytes how many bytes may come before CONNECT is complete
     * @param connectTimeout how long that may take, with TLS and all
     * @param stallTimeout how long a packet that was begun may rest, or crawl
     * @param partialPacketBytes memory for packets of which only a part has come in, over all connections
     */
    public record Connections(
            int total,
            int tls,
            int perAddress,
            int connectBytes,
            Duration connectTimeout,
            Duration stallTimeout,
            int partialPacketBytes) {}

    /**
     * What a client may send.
     *
     * @param receiveMaximum how many QoS 1 and 2 messages of MQTT 5 may be unacknowledged; 3.1.1 has no way to know
     * @param heldIds how many QoS 2 messages may be stored and not released
     * @param topicAliasMaximum how many topic aliases a connection may use
     * @param topicBytes how long a topic name may be, in UTF-8
     * @param topicLevels how many levels it may have
     * @param userProperties how many user properties a packet may have
     * @param userPropertyBytes how large they may be together
     */
    public record Messages(
            int receiveMaximum,
            int heldIds,
            int topicAliasMaximum,
            int topicBytes,
            int topicLevels,
            int userProperties,
            int userPropertyBytes) {

        /** Checks what is announced to clients: a value that can't be said would end every connection. */
        public Messages {
            requireBetween(1, MAX_TWO_BYTE_INTEGER, receiveMaximum, "receiveMaximum");
            requireBetween(0, MAX_TWO_BYTE_INTEGER, topicAliasMaximum, "topicAliasMaximum");
        }
    }

    /**
     * How fast a client may send; one that is faster is read more slowly.
     *
     * @param messagesPerSecond messages, 0 for any number
     * @param bytesPerSecond bytes of packets, 0 for any number
     */
    public record Rate(long messagesPerSecond, long bytesPerSecond) {

        /** As fast as it can. */
        public static final Rate UNLIMITED = new Rate(0, 0);

        boolean isUnlimited() {
            return messagesPerSecond == 0 && bytesPerSecond == 0;
        }
    }

    /**
     * What is remembered of clients that have gone.
     *
     * @param max how many sessions
     * @param maxExpiry for how long
     */
    public record SessionLimits(int max, Duration maxExpiry) {

        /** For how long a session is kept whose client, or a gate's broker, wants so many seconds. */
        long kept(long expirySeconds) {
            return Math.min(expirySeconds, maxExpiry.toSeconds());
        }
    }

    /** The limits when nobody says otherwise. */
    public static Limits defaults() {
        return new Limits(
                new Connections(
                        10_000, 1_000, 1_000, 16 << 10, Duration.ofSeconds(5), Duration.ofSeconds(30), 24 << 20),
                new Messages(1_024, 8_192, 64, 4 << 10, 64, 64, 16 << 10),
                Rate.UNLIMITED,
                new SessionLimits(10_000, Duration.ofDays(30)));
    }

    static void requireBetween(int least, int most, int value, String what) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(what + " must be " + least + " to " + most + ", but was " + value);
        }
    }
}
