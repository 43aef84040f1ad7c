package dev.holdfast.gateway.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A part of a parsed file, with the place where it stands. */
sealed interface Node {

    /** Where it stands. */
    Span span();

    /** What it is, for people. */
    String kind();

    /** The same in the text of that number. */
    Node in(int source);

    /** Where it begins. */
    default Place place() {
        return span().start();
    }

    /**
     * A single value.
     *
     * @param text as it stands in the file, without quotes
     * @param nothing whether there is none: nothing after the colon, null or ~
     * @param span where it stands
     */
    record Scalar(String text, boolean nothing, Span span) implements Node {

        @Override
        public String kind() {
            return "a single value";
        }

        @Override
        public Node in(int source) {
            return new Scalar(text, nothing, span.in(source));
        }
    }

    /**
     * A list.
     *
     * @param items its elements
     * @param span where it stands
     */
    record Sequence(List<Node> items, Span span) implements Node {

        @Override
        public String kind() {
            return "a list";
        }

        @Override
        public Node in(int source) {
            return new Sequence(items.stream().map(item -> item.in(source)).toList(), span.in(source));
        }
    }

    /**
     * A mapping.
     *
     * @param entries by key, in the order of the file
     * @param span where it stands
     */
    record Mapping(Map<String, Entry> entries, Span span) implements Node {

        @Override
        public String kind() {
            return "a mapping";
        }

        @Override
        public Node in(int source) {
            Map<String, Entry> moved = new LinkedHashMap<>();
            entries.forEach((key, entry) -> moved.put(
                    key, new Entry(entry.keyPlace().in(source), entry.value().in(source))));
            return new Mapping(moved, span.in(source));
        }
    }

    /**
     * Something that can't be used and about which a problem was reported already.
     *
     * @param span where it stands
     */
    record Unusable(Span span) implements Node {

        @Override
        public String kind() {
            return "unusable";
        }

        @Override
        public Node in(int source) {
            return new Unusable(span.in(source));
        }
    }

    /**
     * A key of a mapping and its value.
     *
     * @param keyPlace where the key stands
     * @param value the value
     */
    record Entry(Place keyPlace, Node value) {}
}
