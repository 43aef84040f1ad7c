package dev.holdfast.sink.mqtt;

import java.util.List;

/**
 * What a tap was configured to do.
 *
 * @param upstream how the broker is reached
 * @param topics topic filters, perhaps shared ones
 * @param qos QoS to subscribe with
 * @param retained when retained messages are wanted
 * @param receiveMaximum how many messages may be unacknowledged
 * @param sessionExpirySeconds how long the broker is to keep the session while we are away
 * @param watchDrops whether to ask the broker how many messages it has dropped
 */
record MqttTapSettings(
        Upstream upstream,
        List<String> topics,
        int qos,
        Retained retained,
        int receiveMaximum,
        long sessionExpirySeconds,
        boolean watchDrops) {

    /** The next one is left out of CONNECT by the client, and brokers then take their own default, such as 20. */
    static final int MAX_RECEIVE_MAXIMUM = 65_534;

    /** When the broker is to send retained messages. */
    enum Retained {
        /** For a subscription that was not there before. */
        NEW,
        /** At each connection. */
        ALWAYS,
        /** Not at all. */
        NEVER
    }
}
