package dev.holdfast.sink;

import java.util.List;

/**
 * Messages to be sent, in order.
 *
 * @param messages at least one
 */
public record Batch(List<Message> messages) {

    /** How many messages. */
    public int size() {
        return messages.size();
    }
}
