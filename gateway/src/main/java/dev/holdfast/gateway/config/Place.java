package dev.holdfast.gateway.config;

/**
 * A place in a text.
 *
 * @param source which of the texts that a configuration is read from, from 0; see {@link Sources}
 * @param line from 1; 0 when the text as a whole is meant
 * @param column from 1, in characters (code points); 0 when the text as a whole is meant
 */
record Place(int source, int line, int column) implements Comparable<Place> {

    static final Place WHOLE = new Place(0, 0);

    /** A place in a text that is looked at alone, or in the first. */
    Place(int line, int column) {
        this(0, line, column);
    }

    /** The same in the text of that number. */
    Place in(int otherSource) {
        return new Place(otherSource, line, column);
    }

    @Override
    public int compareTo(Place other) {
        int bySource = Integer.compare(source, other.source);
        int byLine = bySource != 0 ? bySource : Integer.compare(line, other.line);
        return byLine != 0 ? byLine : Integer.compare(column, other.column);
    }
}
