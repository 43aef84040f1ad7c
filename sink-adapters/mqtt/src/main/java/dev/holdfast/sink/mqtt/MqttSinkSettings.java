package dev.holdfast.sink.mqtt;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What a sink was configured to do.
 *
 * @param address the broker
 * @param clientId client id to connect with
 * @param username null for none
 * @param password null for none
 * @param keepAliveSeconds how often an idle link is checked
 * @param topic how topics are made
 * @param qos QoS for all messages; empty for each its own
 * @param keepRetain whether the retain flag is passed on
 * @param stamp whether the identity is added
 */
record MqttSinkSettings(
        BrokerAddress address,
        String clientId,
        @Nullable String username,
        @Nullable String password,
        int keepAliveSeconds,
        TopicTemplate topic,
        OptionalInt qos,
        boolean keepRetain,
        boolean stamp) {

    /** Without the password. */
    @Override
    public String toString() {
        return clientId + "@" + address;
    }
}
