package dev.holdfast.gateway.ingest.mqtt;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Awaitility for what happens within milliseconds. */
final class Waiting {

    private static final Duration POLL = Duration.ofMillis(2);

    private Waiting() {}

    static ConditionFactory await(String description) {
        return Awaitility.await(description).pollDelay(Duration.ZERO).pollInterval(POLL);
    }
}
