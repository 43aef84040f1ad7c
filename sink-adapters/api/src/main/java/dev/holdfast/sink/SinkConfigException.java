package dev.holdfast.sink;

/** A sink's configuration does not go together. */
public final class SinkConfigException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String option;

    /**
     * An error.
     *
     * @param option the key whose value is to be changed
     * @param message what is wrong with it, and what would be right
     */
    public SinkConfigException(String option, String message) {
        super(message);
        this.option = option;
    }

    /** The key whose value is to be changed. */
    public String option() {
        return option;
    }
}
