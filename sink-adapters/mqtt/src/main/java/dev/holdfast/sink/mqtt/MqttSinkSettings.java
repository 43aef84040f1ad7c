package dev.holdfast.sink.mqtt;

import java.util.OptionalInt;
import java.util.function.LongSupplier;

/**
 * What a sink was configured to do.
 *
 * @param upstream how the broker is reached
 * @param topic how topics are made
 * @param qos QoS for all messages; empty for each its own
 * @param keepRetain whether the retain flag is passed on
 * @param stamp whether the identity is added
 * @param nanoTime the gateway's monotonic clock
 */
record MqttSinkSettings(
        Upstream upstream,
        TopicTemplate topic,
        OptionalInt qos,
        boolean keepRetain,
        boolean stamp,
        LongSupplier nanoTime) {}
