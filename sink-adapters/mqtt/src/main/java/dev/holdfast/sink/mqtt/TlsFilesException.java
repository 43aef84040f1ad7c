package dev.holdfast.sink.mqtt;

/** A file that TLS needs can't be used. */
final class TlsFilesException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String option;

    /**
     * An error.
     *
     * @param option the option that names the file
     * @param message which file, what is wrong with it, and what to do
     */
    TlsFilesException(String option, String message) {
        super(message);
        this.option = option;
    }

    /** The option that names the file. */
    String option() {
        return option;
    }

    /** What is wrong. */
    String why() {
        return String.valueOf(getMessage());
    }
}
