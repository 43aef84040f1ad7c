package dev.holdfast.gateway.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A lane: a part of the store with limits of its own.
 *
 * @param name its name, unique in the gateway
 * @param topics valid topic filters, at least one
 * @param limit what it may hold, delivered or not
 * @param history how much stays of what every route has that wants it; empty to keep none of it
 * @param whenFull what becomes of a message when it is full, or the store is
 */
public record LaneConfig(String name, List<String> topics, Bounds limit, Optional<Bounds> history, WhenFull whenFull) {

    /** Name of the lane that there always is, the last one, for what belongs to no other. */
    public static final String DEFAULT = "default";

    /** Copies the list. */
    public LaneConfig {
        topics = List.copyOf(topics);
    }

    /**
     * How much there may be; what is empty is not limited.
     *
     * @param age how old messages may get, 1 s or more
     * @param bytes bytes of their topics, properties and payloads, 1 MiB or more
     * @param messages how many, 1 or more
     */
    public record Bounds(Optional<Duration> age, OptionalLong bytes, OptionalLong messages) {}
}
