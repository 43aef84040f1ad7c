package dev.holdfast.sink.mqtt;

/** A message that this broker can never take. Has no stack trace: it is an outcome, not an accident. */
final class UnpublishableException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String why;

    UnpublishableException(String why) {
        super(why, null, false, false);
        this.why = why;
    }

    String why() {
        return why;
    }
}
