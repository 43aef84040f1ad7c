package dev.holdfast.gateway.journal;

/** What the store gives back can't be right. The next start mends it, so the process ends, whoever has met it. */
public final class StoreDamagedException extends StoreException {

    private static final long serialVersionUID = 1L;

    /** A failure with its cause. */
    public StoreDamagedException(String message, Throwable cause) {
        super(message, cause);
    }
}
