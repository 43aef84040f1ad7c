package dev.holdfast.gateway.config;

/**
 * A place in a text.
 *
 * @param line from 1; 0 when the text as a whole is meant
 * @param column from 1, in characters (code points); 0 when the text as a whole is meant
 */
record Place(int line, int column) implements Comparable<Place> {

    static final Place WHOLE = new Place(0, 0);

    @Override
    public int compareTo(Place other) {
        int byLine = Integer.compare(line, other.line);
        return byLine != 0 ? byLine : Integer.compare(column, other.column);
    }
}
