package dev.holdfast.gateway.journal;

/** A commit found no space on disk. Not fatal: {@link Store#reopen} goes on from it. */
public final class StoreFullException extends StoreException {

    private static final long serialVersionUID = 1L;

    /** A failure with its cause. */
    public StoreFullException(String message, Throwable cause) {
        super(message, cause);
    }
}
