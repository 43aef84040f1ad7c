package dev.holdfast.gateway.config;

import dev.holdfast.gateway.config.Node.Entry;
import dev.holdfast.gateway.config.Node.Mapping;
import dev.holdfast.gateway.config.Node.Scalar;
import dev.holdfast.gateway.config.Node.Sequence;
import dev.holdfast.gateway.config.Node.Unusable;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;
import tools.jackson.dataformat.yaml.YAMLReadFeature;

/**
 * Parses YAML into nodes that know where they stand. Of YAML it takes what a configuration needs: one document of
 * mappings, lists and text. What else YAML has is a problem and not silently something else than was meant: anchors,
 * aliases and tags, which are also what becomes of a password that begins with one of {@code &*!} and has no quotes.
 */
final class YamlTree {

    private static final int MAX_DEPTH = 32;
    private static final String KEY_HINT =
            "behind a key stand a colon and a blank; in braces and brackets a value with a comma needs quotes";
    private static final Set<String> NOTHING = Set.of("", "~", "null", "Null", "NULL");

    private static final YAMLFactory FACTORY = YAMLFactory.builder()
            .disable(YAMLReadFeature.EMPTY_STRING_AS_NULL)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    /**
     * Leaves a place in every buffer that it is to fill: the engine reads on by one character when a buffer ends within
     * a pair of surrogates, and does not look whether there is room.
     */
    private static final class RoomyReader extends StringReader {

        private RoomyReader(String text) {
            super(text);
        }

        @Override
        public int read(char[] buffer, int offset, int length) throws IOException {
            return super.read(buffer, offset, Math.min(length, Math.max(1, length - 1)));
        }
    }

    private final YAMLParser parser;
    private final int[] source;
    private final Problems problems;

    private YamlTree(YAMLParser parser, String text, Problems problems) {
        this.parser = parser;
        this.source = text.codePoints().toArray();
        this.problems = problems;
    }

    /** The text as nodes; a mapping without entries when there is nothing in it; empty when it is not YAML. */
    static Optional<Node> parse(String text, Problems problems) {
        RoomyReader reader = new RoomyReader(text);
        try (YAMLParser parser = (YAMLParser) FACTORY.createParser(ObjectReadContext.empty(), reader)) {
            YamlTree tree = new YamlTree(parser, text, problems);
            try {
                return Optional.of(tree.document());
            } catch (JacksonException e) {
                SyntaxProblem.report(e, tree.end(), text, problems);
                return Optional.empty();
            }
        }
    }

    private Node document() {
        JsonToken token = parser.nextToken();
        if (token == null && parser.getTypeId() == null) {
            return new Mapping(Map.of(), new Span(Place.WHOLE, Place.WHOLE));
        }
        Node root = node(token);
        if (parser.nextToken() != null) {
            problems.add(start(), "a second document begins here: a configuration is one document");
        }
        return root;
    }

    private Node node(@Nullable JsonToken token) {
        Place start = start();
        if (parser.isCurrentAlias()) {
            problems.add(
                    start, "YAML aliases are not supported", "write the value out, or quote it if * belongs to it");
            return new Unusable(span(start));
        }
        if (parser.getTypeId() != null) {
            problems.add(start, "YAML tags are not supported", "leave it out, or quote the value if ! belongs to it");
        } else if (firstCharacter() == '&') { // Jackson knows only the anchors of mappings and lists
            problems.add(
                    start, "YAML anchors are not supported", "leave it out, or quote the value if & belongs to it");
        }
        if (token == null) { // Jackson's answer to some tags, although there is more to come
            throw new StreamReadException(parser, "no token for a value");
        }
        return switch (token) {
            case START_OBJECT -> mapping(start);
            case START_ARRAY -> sequence(start);
            default -> scalar(start);
        };
    }

    private Mapping mapping(Place start) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = parser.getString();
            Place keyPlace = start();
            Place keyEnd = end();
            Entry entry = new Entry(keyPlace, node(parser.nextToken()));
            if (entry.value().span().isNothingAt(keyEnd)) {
                problems.add(keyPlace, "there is no colon behind this key", KEY_HINT);
                continue;
            }
            Entry first = entries.putIfAbsent(key, entry);
            if (first != null) {
                int line = first.keyPlace().line();
                problems.add(keyPlace, "key " + Shown.quoted(key) + " is there twice, first in line " + line);
            }
        }
        return new Mapping(entries, span(start));
    }

    private Sequence sequence(Place start) {
        List<Node> items = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            items.add(node(token));
        }
        return new Sequence(items, span(start));
    }

    private Scalar scalar(Place start) {
        String text = parser.getString();
        long width = parser.currentLocation().getCharOffset()
                - parser.currentTokenLocation().getCharOffset();
        boolean plain = width == text.length(); // quotes would make it wider
        return new Scalar(text, plain && NOTHING.contains(text), span(start));
    }

    private int firstCharacter() {
        long offset = parser.currentTokenLocation().getCharOffset();
        return offset >= 0 && offset < source.length ? source[(int) offset] : -1;
    }

    private Place start() {
        return place(parser.currentTokenLocation());
    }

    private Place end() {
        return place(parser.currentLocation());
    }

    private Span span(Place start) {
        return new Span(start, end());
    }

    private static Place place(TokenStreamLocation location) {
        return new Place(Math.max(1, location.getLineNr()), Math.max(1, location.getColumnNr()));
    }
}
