package dev.holdfast.gateway.config;

/**
 * A stretch of a text.
 *
 * @param start its first character
 * @param end the character behind its last
 */
record Span(Place start, Place end) {

    /** The same in the text of that number. */
    Span in(int source) {
        return new Span(start.in(source), end.in(source));
    }

    boolean contains(Place place) {
        return start.compareTo(place) <= 0 && place.compareTo(end) < 0;
    }

    boolean isNothingAt(Place place) {
        return start.compareTo(place) == 0 && end.compareTo(place) == 0;
    }
}
