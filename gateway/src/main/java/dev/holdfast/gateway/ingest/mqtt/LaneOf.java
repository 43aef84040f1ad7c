package dev.holdfast.gateway.ingest.mqtt;

import dev.holdfast.gateway.journal.Topic;

/** Says to which lane a message of a topic belongs. Thread-safe. */
@FunctionalInterface
public interface LaneOf {

    /** Index of the lane. */
    int lane(Topic topic);
}
