package dev.holdfast.tap;

import java.util.List;

/**
 * What is known of the session that the broker has for a tap.
 *
 * @param filters what it has been known to be subscribed to; empty before the first session
 * @param overrun whether the broker has sent more in it than it had been told may be unacknowledged
 */
public record TapSession(List<String> filters, boolean overrun) {

    public TapSession {
        filters = List.copyOf(filters);
    }
}
