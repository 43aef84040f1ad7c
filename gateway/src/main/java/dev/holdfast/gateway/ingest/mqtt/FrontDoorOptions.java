package dev.holdfast.gateway.ingest.mqtt;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * How the MQTT listener is to be run.
 *
 * @param bind where it listens; port 0 lets the system choose
 * @param maxPacketBytes largest packet that is taken, fixed header included
 * @param receiveMaximum how many QoS 1 and 2 messages a client may have unacknowledged
 * @param topicAliasMaximum how many topic aliases a connection may use
 * @param connectTimeout how long a connection may take to send its CONNECT
 * @param maxSessions how many sessions that outlive their connections are remembered
 * @param maxSessionExpiry how long one may outlive its connection
 * @param readMemoryBytes memory for packets of which only a part has come in, over all connections
 * @param threads event loops
 */
public record FrontDoorOptions(
        InetSocketAddress bind,
        int maxPacketBytes,
        int receiveMaximum,
        int topicAliasMaximum,
        Duration connectTimeout,
        int maxSessions,
        Duration maxSessionExpiry,
        int readMemoryBytes,
        int threads) {

    /** Largest value that {@link #maxPacketBytes} may have: a message must fit into a file of the store. */
    public static final int MAX_PACKET_LIMIT = 4 << 20;

    private static final int MAX_TWO_BYTE_INTEGER = 65_535;

    /** Checks what is announced to clients: a value that can't be said would end every connection. */
    public FrontDoorOptions {
        requireBetween(1, MAX_PACKET_LIMIT, maxPacketBytes, "maxPacketBytes");
        requireBetween(1, MAX_TWO_BYTE_INTEGER, receiveMaximum, "receiveMaximum");
        requireBetween(0, MAX_TWO_BYTE_INTEGER, topicAliasMaximum, "topicAliasMaximum");
    }

    private static void requireBetween(int least, int most, int value, String what) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(what + " must be " + least + " to " + most + ", but was " + value);
        }
    }

    /** Everything but the address as it is when nobody says otherwise. */
    public static FrontDoorOptions defaults(InetSocketAddress bind) {
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        return new FrontDoorOptions(
                bind,
                1 << 20,
                1_024,
                64,
                Duration.ofSeconds(10),
                10_000,
                Duration.ofDays(30),
                24 << 20,
                Math.min(threads, 4));
    }

    /** The same with another largest packet. */
    public FrontDoorOptions withMaxPacketBytes(int bytes) {
        return new FrontDoorOptions(
                bind,
                bytes,
                receiveMaximum,
                topicAliasMaximum,
                connectTimeout,
                maxSessions,
                maxSessionExpiry,
                readMemoryBytes,
                threads);
    }
}
