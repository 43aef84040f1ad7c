package dev.holdfast.gateway.config;

import org.jspecify.annotations.Nullable;

/**
 * What the text of a value looks like, for who can't run its parser, such as an editor. Fits whatever the parser takes,
 * and some of what it refuses.
 *
 * @param kind what it is
 * @param pattern a regular expression, in what Java and ECMA 262 have in common, of the whole text; null for any
 * @param min the least number
 * @param max the greatest number
 */
record Shape(Kind kind, @Nullable String pattern, long min, long max) {

    /** What a value is. */
    enum Kind {
        /** Text. */
        TEXT,
        /** A whole number, or another way to write one that fits the pattern. */
        NUMBER,
        /** true or false. */
        FLAG
    }

    static final Shape TEXT = new Shape(Kind.TEXT, null, 0, 0);
    static final Shape FLAG = new Shape(Kind.FLAG, null, 0, 0);

    static Shape text(String pattern) {
        return new Shape(Kind.TEXT, pattern, 0, 0);
    }

    static Shape number(String pattern, long min, long max) {
        return new Shape(Kind.NUMBER, pattern, min, max);
    }

    /** Whether the text of a value is written without quotes, in YAML and in JSON. */
    boolean isLiteral(String text) {
        return switch (kind) {
            case TEXT -> false;
            case NUMBER -> text.matches("0|-?[1-9][0-9]{0,17}");
            case FLAG -> true;
        };
    }
}
