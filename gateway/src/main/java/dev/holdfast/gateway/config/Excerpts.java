package dev.holdfast.gateway.config;

import java.util.Arrays;
import java.util.List;

/** Makes problems of a text: with the line that each is in, shortened around its column and without secrets. */
final class Excerpts {

    private static final int BEFORE = 60;
    private static final int WIDTH = 100;
    private static final String MASK = "***";

    private final String file;
    private final List<String> lines;
    private final List<Span> masked;

    /**
     * Excerpts of a text.
     *
     * @param file its name
     * @param lines the text
     * @param masked what is not to be shown
     */
    Excerpts(String file, List<String> lines, List<Span> masked) {
        this.file = file;
        this.lines = lines;
        this.masked = masked;
    }

    /** The lines of a text, by the line breaks that YAML knows. */
    static List<String> linesOf(String text) {
        return List.of(text.split("\r\n|\r|\n", -1));
    }

    /** A problem at a place of the text. */
    Problem problem(Place place, String message, String hint) {
        return new Problem(file, place.line(), place.column(), message, excerpt(place), hint);
    }

    /** A place of the text, for people. */
    String where(Place place) {
        return file + (place.line() > 0 ? ":" + place.line() : "") + (place.column() > 0 ? ":" + place.column() : "");
    }

    private String excerpt(Place place) {
        if (place.line() < 1 || place.line() > lines.size()) {
            return "";
        }
        int[] line = lines.get(place.line() - 1).codePoints().toArray();
        int caret = Math.min(place.column() - 1, line.length);
        int from = line.length <= WIDTH ? 0 : Math.max(0, caret - BEFORE);
        int to = Math.min(line.length, from + WIDTH);
        StringBuilder out = new StringBuilder(from > 0 ? "…" : "");
        int caretAt = copy(line, from, to, place.line(), caret, out);
        if (out.toString().isBlank()) {
            return "";
        }
        return out.append(to < line.length ? "…" : "")
                .append('\n')
                .append(" ".repeat(caretAt))
                .append('^')
                .toString();
    }

    /** Copies a part of a line and says in which column of the copy the caret is. */
    private int copy(int[] line, int from, int to, int number, int caret, StringBuilder out) {
        boolean[] hidden = hidden(line, from, to, number);
        int shown = out.length();
        int caretAt = -1;
        for (int i = from; i < to; i++) {
            boolean masking = i > from && hidden[i - 1];
            if (i == caret) {
                caretAt = hidden[i] && masking ? shown - MASK.length() : shown;
            }
            if (hidden[i] && !masking) {
                out.append(MASK);
                shown += MASK.length();
            } else if (!hidden[i]) {
                out.appendCodePoint(Shown.harmless(line[i]));
                shown++;
            }
        }
        return caretAt < 0 ? shown : caretAt;
    }

    /** Which characters of a part of a line are masked. */
    private boolean[] hidden(int[] line, int from, int to, int number) {
        List<Span> spans = masked.stream()
                .filter(span ->
                        span.start().line() <= number && number <= span.end().line())
                .filter(span -> span.start().line() < number || span.start().column() <= to)
                .filter(span -> span.end().line() > number || span.end().column() > from)
                .toList();
        boolean[] hidden = new boolean[to];
        boolean behind = false;
        for (int i = from; i < to; i++) {
            Place place = new Place(number, i + 1);
            hidden[i] = spans.stream().anyMatch(span -> span.contains(place));
            if (behind && line[i] == '#') { // a secret without quotes may go on in what became a comment
                Arrays.fill(hidden, i, to, true);
                break;
            }
            behind = hidden[i] || (behind && Character.isWhitespace(line[i]));
        }
        return hidden;
    }
}
