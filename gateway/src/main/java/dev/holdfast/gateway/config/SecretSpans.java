package dev.holdfast.gateway.config;

import dev.holdfast.gateway.config.Node.Entry;
import dev.holdfast.gateway.config.Node.Mapping;
import dev.holdfast.gateway.config.Node.Scalar;
import dev.holdfast.gateway.config.Node.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds what excerpts must not show. A value is shown only if its key is, or is most like, one that is known to be
 * harmless: so a secret stays hidden also where its key is misspelt, unknown, or at a wrong place.
 */
final class SecretSpans {

    /** A word and the colon that makes a key of it, should it have one; possessive, because the text may be anything. */
    private static final Pattern WORD = Pattern.compile("(?<![\\w.-])([\\w.-]++)[\"']?+\\s*+(:(?!//|[0-9]))?+\\s*+");

    /** A line that begins with a key, in a list or a mapping or not. */
    private static final Pattern KEY_FIRST = Pattern.compile("[-\\s\\[{,\"']*+[\\w.-]++[\"']?+\\s*+:");

    private static final Pattern LOGIN_IN_URL = Pattern.compile("://(.+)@");

    private final SinkTypes types;
    private final List<Span> spans = new ArrayList<>();

    private SecretSpans(SinkTypes types) {
        this.types = types;
    }

    /** What to mask in a parsed text. */
    static List<Span> inTree(Node root, SinkTypes types) {
        SecretSpans found = new SecretSpans(types);
        found.search(root);
        return found.spans;
    }

    private void search(Node node) {
        if (node instanceof Mapping mapping) {
            mapping.entries().forEach(this::search);
        } else if (node instanceof Sequence sequence) {
            sequence.items().forEach(this::search);
        }
    }

    private void search(String key, Entry entry) {
        if (isHarmless(key)) {
            search(entry.value());
        } else if (!(entry.value() instanceof Scalar scalar)) {
            spans.add(entry.value().span());
        } else if (scalar.nothing()) { // password: #abc, where the quotes are missing
            spans.add(new Span(scalar.place(), new Place(scalar.place().line() + 1, 1)));
        } else if (!References.isReference(scalar.text())) {
            spans.add(scalar.span());
        }
    }

    /**
     * What to mask in a text that can't be parsed: from a secret key to the end of its line, and all lines below it up
     * to one that is not indented more and begins with another key.
     */
    static List<Span> inText(List<String> lines, SinkTypes types) {
        SecretSpans found = new SecretSpans(types);
        int secretIndent = -1;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            int indent = line.length() - line.stripLeading().length();
            boolean below = secretIndent >= 0
                    && (indent > secretIndent || !KEY_FIRST.matcher(line).lookingAt());
            int from = below ? 0 : found.secretFrom(line);
            if (from >= 0) {
                found.mask(i + 1, from, line);
            }
            if (!below) {
                secretIndent = from >= 0 ? indent : -1;
            }
        }
        return found.spans;
    }

    /** What stands before the @ of a URL, which may be a password. */
    static List<Span> inUrls(List<String> lines) {
        List<Span> spans = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            Matcher matcher = LOGIN_IN_URL.matcher(line);
            while (matcher.find()) {
                spans.add(new Span(place(i + 1, matcher.start(1), line), place(i + 1, matcher.end(1), line)));
            }
        }
        return spans;
    }

    /** The text with what stands before the @ of a URL replaced. */
    static String withoutLogin(String text) {
        return LOGIN_IN_URL.matcher(text).replaceAll("://***@");
    }

    private static Place place(int number, int index, String line) {
        return new Place(number, line.codePointCount(0, index) + 1);
    }

    private int secretFrom(String line) {
        Matcher matcher = WORD.matcher(line);
        while (matcher.find()) {
            String word = matcher.group(1);
            boolean key = matcher.group(2) != null;
            if (key ? !isHarmless(word) : isSecret(word)) {
                return matcher.end();
            }
        }
        return -1;
    }

    private void mask(int number, int from, String line) {
        spans.add(new Span(place(number, from, line), new Place(number + 1, 1)));
    }

    private boolean isHarmless(String word) {
        Optional<String> nearest = Nearest.of(word, types.allNames());
        return nearest.isPresent() && !types.secretNames().contains(nearest.get());
    }

    private boolean isSecret(String word) {
        return Nearest.of(word, types.secretNames()).isPresent();
    }
}
