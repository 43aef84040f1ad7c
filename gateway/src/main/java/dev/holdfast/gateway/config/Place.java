package dev.holdfast.gateway.config;

import java.util.Comparator;

/**
 * A place in a text.
 *
 * @param line from 1; 0 when the text as a whole is meant
 * @param column from 1, in characters (code points); 0 when the text as a whole is meant
 */
record Place(int line, int column) implements Comparable<Place> {

    static final Place WHOLE = new Place(0, 0);

    private static final Comparator<Place> ORDER =
            Comparator.comparingInt(Place::line).thenComparingInt(Place::column);

    @Override
    public int compareTo(Place other) {
        return ORDER.compare(this, other);
    }
}
