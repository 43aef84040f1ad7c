package dev.holdfast.gateway.journal;

import org.jspecify.annotations.Nullable;

/**
 * What earlier runs have left beside that which the engine makes of it: the newest files as they were before the engine
 * opened them, or all files of one that it could not open. Chunks that the engine has lost are found in here.
 */
public interface Remains {

    /** Whether the engine begins empty, so that everything must come from here. */
    boolean everything();

    /** What was last given to {@link Store#witness}, or null. */
    byte @Nullable [] witness();

    /** Goes over the records that look like chunks, in the order in which they were written, deleted ones too. */
    void visit(Visitor visitor);

    /** Looks at records. */
    interface Visitor {

        /**
         * A record.
         *
         * @param value its value, as it was found
         * @param synced whether something was written behind its commit, which happens only when that was synced
         * @return whether it is a whole chunk, so that it ends where it seemed to
         */
        boolean record(byte[] value, boolean synced);
    }
}
