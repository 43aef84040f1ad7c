package dev.holdfast.gateway.access;

/** A file that says who gets in can't be used. The message says which, what is wrong with it, and what to do. */
public final class AccessException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    AccessException(String message, Throwable cause) {
        super(message, cause);
    }
}
