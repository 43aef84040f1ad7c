package dev.holdfast.sink;

/**
 * What came of one step of trying out a sink.
 *
 * @param target the address that was tried
 * @param name what was tried, in a word
 * @param result what came of it
 * @param text what was seen, for people; no secrets
 * @param hint how to mend it; empty when there is nothing to mend, or nothing known
 */
public record ProbeStep(String target, String name, Result result, String text, String hint) {

    /** What came of a step. */
    public enum Result {
        /** It is as it should be. */
        OK,
        /** It works, and will not for ever or not as well as it could. */
        WARNING,
        /** It does not work. */
        FAILED
    }
}
