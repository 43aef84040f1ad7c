package dev.holdfast.gateway.journal;

/**
 * The store failed: the disk, the engine, or what is in it. Fatal: after it nothing is acknowledged any more, and the
 * process ends with exit code 74.
 */
public sealed class StoreException extends RuntimeException permits StoreDamagedException, StoreFullException {

    private static final long serialVersionUID = 1L;

    /** A failure that needs no cause to be understood. */
    public StoreException(String message) {
        super(message);
    }

    /** A failure with its cause. */
    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
