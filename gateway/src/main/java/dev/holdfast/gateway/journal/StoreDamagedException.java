package dev.holdfast.gateway.journal;

/** What the store gives back can't be right. An agent that meets it ends the process, as the next start mends it. */
public final class StoreDamagedException extends StoreException {

    private static final long serialVersionUID = 1L;

    /** A failure with its cause. */
    public StoreDamagedException(String message, Throwable cause) {
        super(message, cause);
    }
}
