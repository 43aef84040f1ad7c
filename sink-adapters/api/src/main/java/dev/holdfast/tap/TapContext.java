package dev.holdfast.tap;

import java.util.List;

/**
 * What the gateway tells a tap about itself.
 *
 * @param gateway id of the gateway
 * @param tap name of the tap
 * @param topics the topic filters to subscribe to, each valid, perhaps with {@code $share/group/} before it
 */
public record TapContext(String gateway, String tap, List<String> topics) {

    /** Copies the list. */
    public TapContext {
        topics = List.copyOf(topics);
    }
}
