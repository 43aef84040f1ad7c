package dev.holdfast.gateway.load;

import java.net.InetSocketAddress;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What a fleet of devices does.
 *
 * @param server where it publishes
 * @param devices how many there are
 * @param mqtt5 whether they speak MQTT 5, else 3.1.1
 * @param window how many messages a device has unacknowledged at most
 * @param messagesPerDevice how many each sends; {@link Long#MAX_VALUE} until it is stopped
 * @param messagesPerSecond of each device; 0 as fast as the window allows
 * @param payloadBytes bytes of each payload, at least {@link Stamp#BYTES}
 * @param qos 0, 1 or 2
 * @param topicPrefix device n publishes to this followed by n
 * @param clientPrefix and its client id is this followed by n
 * @param run the first bytes of each payload, by which the messages of this run are told from those of another
 * @param login what the devices log in with, null for nothing
 * @param tls null for plain TCP
 */
public record FleetOptions(
        InetSocketAddress server,
        int devices,
        boolean mqtt5,
        int window,
        long messagesPerDevice,
        double messagesPerSecond,
        int payloadBytes,
        int qos,
        String topicPrefix,
        String clientPrefix,
        int run,
        @Nullable Login login,
        @Nullable SSLContext tls) {

    /** A user name and its password. */
    public record Login(String username, String password) {

        /** Without the password. */
        @Override
        public String toString() {
            return username;
        }
    }

    /** Packet ids end at 65,535. */
    public static final int MAX_WINDOW = 65_535;

    private static final int MAX_QOS = 2;

    /** Checks the limits. */
    public FleetOptions {
        if (devices < 1
                || window < 1
                || window > MAX_WINDOW
                || payloadBytes < Stamp.BYTES
                || qos < 0
                || qos > MAX_QOS) {
            throw new IllegalArgumentException(
                    "devices %d, window %d (1 to %d), payload %d (at least %d), qos %d (0 to 2)"
                            .formatted(devices, window, MAX_WINDOW, payloadBytes, Stamp.BYTES, qos));
        }
    }

    /** Devices that log in with nothing, over plain TCP. */
    public FleetOptions(
            InetSocketAddress server,
            int devices,
            boolean mqtt5,
            int window,
            long messagesPerDevice,
            double messagesPerSecond,
            int payloadBytes,
            int qos,
            String topicPrefix,
            String clientPrefix) {
        this(
                server,
                devices,
                mqtt5,
                window,
                messagesPerDevice,
                messagesPerSecond,
                payloadBytes,
                qos,
                topicPrefix,
                clientPrefix,
                Stamp.MAGIC,
                null,
                null);
    }
}
