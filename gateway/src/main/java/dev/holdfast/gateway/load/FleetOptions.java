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

    /** Eight devices with a window of 64 and 256 bytes, QoS 1, MQTT 5, as fast as they can. */
    public static FleetOptions defaults(InetSocketAddress server) {
        return new FleetOptions(server, 8, true, 64, Long.MAX_VALUE, 0, 256, 1, "sensors/", "sensor-");
    }

    /** The same with so many devices. */
    public FleetOptions withDevices(int number) {
        return new FleetOptions(
                server,
                number,
                mqtt5,
                window,
                messagesPerDevice,
                messagesPerSecond,
                payloadBytes,
                qos,
                topicPrefix,
                clientPrefix);
    }

    /** The same with another window. */
    public FleetOptions withWindow(int unacknowledged) {
        return new FleetOptions(
                server,
                devices,
                mqtt5,
                unacknowledged,
                messagesPerDevice,
                messagesPerSecond,
                payloadBytes,
                qos,
                topicPrefix,
                clientPrefix);
    }

    /** The same with so many messages from each device. */
    public FleetOptions withMessagesPerDevice(long messages) {
        return new FleetOptions(
                server,
                devices,
                mqtt5,
                window,
                messages,
                messagesPerSecond,
                payloadBytes,
                qos,
                topicPrefix,
                clientPrefix);
    }

    /** The same with a limited rate of each device. */
    public FleetOptions withMessagesPerSecond(double rate) {
        return new FleetOptions(
                server, devices, mqtt5, window, messagesPerDevice, rate, payloadBytes, qos, topicPrefix, clientPrefix);
    }

    /** The same over the other version. */
    public FleetOptions withMqtt5(boolean version5) {
        return new FleetOptions(
                server,
                devices,
                version5,
                window,
                messagesPerDevice,
                messagesPerSecond,
                payloadBytes,
                qos,
                topicPrefix,
                clientPrefix);
    }
}
