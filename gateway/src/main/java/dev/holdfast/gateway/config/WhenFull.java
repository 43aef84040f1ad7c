package dev.holdfast.gateway.config;

import java.util.Locale;

/** What becomes of a message for a lane that is full. */
public enum WhenFull {
    /** It waits at its publisher, unacknowledged, until there is room. */
    STALL,
    /** Its publisher is told that there is no room. */
    REFUSE,
    /** It is taken, and the oldest of the lane go. */
    DROP_OLDEST;

    static WhenFull of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** As it stands in the file. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
