package dev.holdfast.gateway.config;

import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamConstraintsException;

/**
 * Makes a problem of what the parser throws. Jackson's own location is where the last good token ended; where the text
 * is wrong is known to the exception of the engine underneath, which is why that one is asked here and nowhere else.
 */
final class SyntaxProblem {

    private static final String HINT =
            "frequent causes: uneven indentation, a tab, a missing quote or bracket, a value that needs quotes";

    private SyntaxProblem() {}

    /**
     * Reports it.
     *
     * @param thrown what the parser threw
     * @param lastGood where the last good token ended
     * @param text what was parsed
     */
    static void report(JacksonException thrown, Place lastGood, String text, Problems problems) {
        if (thrown instanceof StreamConstraintsException) {
            problems.add(lastGood, "the file is nested too deeply to be a configuration");
        } else if (thrown.getCause() instanceof MarkedYamlEngineException cause) {
            problems.add(place(cause, text).orElse(lastGood), "this is not YAML: " + message(cause), HINT);
        } else {
            problems.add(
                    lastGood,
                    "this is YAML that is not supported: keys must be plain text, and values have no tags",
                    HINT);
        }
    }

    /** Where the text is wrong; where the construct began if it never ended. */
    private static Optional<Place> place(MarkedYamlEngineException cause, String text) {
        int end = text.codePointCount(0, text.length());
        return cause.getProblemMark()
                .filter(mark -> mark.getIndex() < end)
                .or(cause::getContextMark)
                .or(cause::getProblemMark)
                .map(SyntaxProblem::place);
    }

    private static Place place(Mark mark) {
        return new Place(mark.getLine() + 1, mark.getColumn() + 1);
    }

    /** What is wrong in one line, without what the engine may quote of a value. */
    private static String message(MarkedYamlEngineException cause) {
        String problem = cause.getProblem()
                .replaceFirst("(?s),? but (found|got)\\b.*", "")
                .replaceFirst("(?s) '?.{1,2}'? ?\\([0-9]+\\)$", "")
                .replaceFirst("(?s)(tag handle|escape character) .*", "$1")
                .replaceFirst("\\. \\(Do not use .*", "")
                .replace("\\t(TAB)", "tab")
                .strip();
        String context = cause.getContext();
        return context == null || context.isEmpty() || context.endsWith("next token")
                ? problem
                : problem + " " + context;
    }
}
