package dev.holdfast.gateway.ingest.mqtt;

import dev.holdfast.gateway.journal.Topic;
import org.jspecify.annotations.Nullable;

/** What may be a topic name, section 4.7. */
final class TopicName {

    private TopicName() {}

    /**
     * Checks the bytes of a topic name.
     *
     * @throws MqttException if they are none
     */
    static Topic check(byte[] bytes, int length) {
        if (length == 0) {
            throw MqttException.protocolError("the topic name is empty");
        }
        if (!Utf8.isValid(bytes, 0, length)) {
            throw MqttException.malformed("the topic name is not a valid UTF-8 string");
        }
        for (int i = 0; i < length; i++) {
            if (bytes[i] == '+' || bytes[i] == '#') {
                throw MqttException.malformed("the topic name contains a wildcard");
            }
        }
        return Topic.of(bytes, 0, length);
    }

    /** The limit that the topic passes, null for none. */
    static @Nullable Limit limitPassed(Topic topic, Limits.Messages limits) {
        if (topic.length() > limits.topicBytes()) {
            return Limit.TOPIC_BYTES;
        }
        String name = topic.name();
        int levels = 1;
        for (int at = name.indexOf('/'); at >= 0; at = name.indexOf('/', at + 1)) {
            levels++;
        }
        return levels > limits.topicLevels() ? Limit.TOPIC_LEVELS : null;
    }

    /** Whether the topic is one of those that begin with $, which are the server's own (section 4.7.2). */
    static boolean isReserved(Topic topic) {
        return topic.name().charAt(0) == '$';
    }
}
