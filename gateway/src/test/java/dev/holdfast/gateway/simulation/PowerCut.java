package dev.holdfast.gateway.simulation;

/** The process ends here and now. An error, as nothing may catch it and go on. */
final class PowerCut extends Error {

    private static final long serialVersionUID = 1L;

    private final String where;

    PowerCut(String where) {
        super(where, null, false, false);
        this.where = where;
    }

    String where() {
        return where;
    }
}
