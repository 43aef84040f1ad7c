package dev.holdfast.gateway.ingest.mqtt;

import org.jspecify.annotations.Nullable;

/** The listener could not be opened: its address is taken, not this machine's, or not allowed. */
public final class FrontDoorException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    FrontDoorException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
