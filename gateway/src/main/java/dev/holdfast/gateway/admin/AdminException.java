package dev.holdfast.gateway.admin;

import org.jspecify.annotations.Nullable;

/** The HTTP endpoint could not be opened: its address is taken, not this machine's, or not allowed. */
public final class AdminException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    AdminException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
