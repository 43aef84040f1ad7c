package dev.holdfast.gateway.config;

/**
 * Something wrong with a configuration. Shows no value of a secret and nothing that came from another file or from the
 * environment.
 *
 * @param file name of the file as it was given
 * @param line from 1; 0 when the file as a whole is meant
 * @param column from 1, in characters; 0 when the file as a whole is meant
 * @param message what is wrong and the value seen, one line
 * @param excerpt the line of the file and under it a caret at the column; empty when there is nothing to show
 * @param hint what would be right; empty when the message says it all
 */
public record Problem(String file, int line, int column, String message, String excerpt, String hint) {

    private static final String INDENT = "  ";

    /** The problem as people get to see it: some lines without a line break at the end. */
    public String render() {
        StringBuilder out = new StringBuilder(file);
        if (line > 0) {
            out.append(':').append(line).append(':').append(column);
        }
        out.append(": ").append(message);
        excerpt.lines().forEach(text -> out.append('\n').append(INDENT).append(text));
        hint.lines().forEach(text -> out.append('\n').append(INDENT).append(text));
        return out.toString();
    }
}
