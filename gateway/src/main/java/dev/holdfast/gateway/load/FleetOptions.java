package dev.holdfast.gateway.load;

import java.net.InetSocketAddress;

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
 * @param qos 0 or 1
 * @param topicPrefix device n publishes to this followed by n
 * @param clientPrefix and its client id is this followed by n
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
        String clientPrefix) {

    /** Packet ids end at 65,535. */
    static final int MAX_WINDOW = 65_535;

    /** Checks the limits. */
    public FleetOptions {
        if (devices < 1 || window < 1 || window > MAX_WINDOW || payloadBytes < Stamp.BYTES || qos < 0 || qos > 1) {
            throw new IllegalArgumentException(
                    "devices %d, window %d (1 to %d), payload %d (at least %d), qos %d (0 or 1)"
                            .formatted(devices, window, MAX_WINDOW, payloadBytes, Stamp.BYTES, qos));
        }
    }
}
