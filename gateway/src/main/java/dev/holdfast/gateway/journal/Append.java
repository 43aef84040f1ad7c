package dev.holdfast.gateway.journal;

import java.util.List;

/**
 * What is to become durable together: messages and changes of side tables, and whom to tell. All of it is in one
 * transaction. It may be empty: then it only takes its place in the order of commits, so that an acknowledgement that
 * needs no write can't overtake one that does.
 *
 * @param fragments the messages, in order
 * @param mutations changes of side tables, in order
 * @param unstored messages that are only told of, as a gap
 * @param onDurable run once everything is on disk, by the committer, in the order in which appends were handed in; it
 *     must not block. Never run if the commit fails.
 * @param callbackBytes bytes of memory that the callback holds
 */
public record Append(
        List<Fragment> fragments,
        List<Mutation> mutations,
        List<Unstored> unstored,
        Runnable onDurable,
        int callbackBytes) {

    private static final int UNSTORED_BYTES = 48;

    /** Of messages that are all stored, with a callback that takes little memory. */
    public Append(List<Fragment> fragments, List<Mutation> mutations, Runnable onDurable) {
        this(fragments, mutations, List.of(), onDurable, 0);
    }

    /** Bytes of memory that it takes, roughly. */
    int footprint() {
        int bytes = 128 + callbackBytes + unstored.size() * UNSTORED_BYTES;
        for (Fragment fragment : fragments) {
            bytes += fragment.footprint();
        }
        for (Mutation mutation : mutations) {
            byte[] value = mutation.value();
            bytes += 64 + mutation.key().length + (value == null ? 0 : value.length);
        }
        return bytes;
    }
}
