package dev.holdfast.gateway.config;

/** Makes text from a file fit to be shown on a terminal. */
final class Shown {

    private static final int MAX_LENGTH = 64;

    private Shown() {}

    /** The text in quotes, at most so much of it that it can be recognised. */
    static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        text.codePoints().limit(MAX_LENGTH).forEach(c -> out.appendCodePoint(harmless(c)));
        return out.append(text.codePointCount(0, text.length()) > MAX_LENGTH ? "…\"" : "\"")
                .toString();
    }

    /** The character, or one that can't do anything to a terminal and is as wide. */
    static int harmless(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL -> codePoint == '\t' ? ' ' : '?';
            case Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> '?';
            default -> codePoint;
        };
    }
}
