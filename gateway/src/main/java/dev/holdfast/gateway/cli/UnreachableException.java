package dev.holdfast.gateway.cli;

/** The gateway does not answer at the address where its status should be. */
final class UnreachableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnreachableException(String message) {
        super(message);
    }
}
