package dev.holdfast.gateway.ingest.mqtt;

import dev.holdfast.gateway.journal.Topic;

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

    /** Whether the topic is one of those that begin with $, which are the server's own (section 4.7.2). */
    static boolean isReserved(Topic topic) {
        return topic.name().charAt(0) == '$';
    }
}
