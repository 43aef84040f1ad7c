package dev.holdfast.gateway.config;

import dev.holdfast.gateway.config.Node.Mapping;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The texts that one configuration is read from, numbered in the order in which they are read: files, then variables of
 * the environment. Knows the name of each, and what of it may be shown.
 */
final class Sources {

    private static final ByteSize MAX_FILE = new ByteSize(1 << 20);

    private final SinkTypes types;
    private final Problems problems;
    private final List<Excerpts> texts = new ArrayList<>();

    Sources(SinkTypes types, Problems problems) {
        this.types = types;
        this.problems = problems;
    }

    /** What the files say together, whose places are in them; empty when one of them is no YAML. */
    Optional<Node> read(ConfigFiles files) {
        Node merged = new Mapping(Map.of(), new Span(Place.WHOLE, Place.WHOLE));
        boolean whole = true;
        for (Path file : files.all()) {
            Optional<Node> root = read(file);
            whole &= root.isPresent();
            if (root.isPresent()) {
                merged = Merge.of(merged, root.get());
            }
        }
        return whole ? Optional.of(merged) : Optional.empty();
    }

    /** The number of a text of which nothing may be shown but its name. */
    int add(String name) {
        texts.add(new Excerpts(name, List.of(), List.of()));
        return texts.size() - 1;
    }

    /** A problem at a place. */
    Problem problem(Place place, String message, String hint) {
        return texts.isEmpty()
                ? new Problem("configuration", 0, 0, message, "", hint)
                : texts.get(place.source()).problem(place, message, hint);
    }

    /** A place, for people. */
    String where(Place place) {
        return texts.get(place.source()).where(place);
    }

    private Optional<Node> read(Path file) {
        Problems ofFile = new Problems();
        Optional<Node> root = Optional.empty();
        String name = file.toString();
        int source = texts.size();
        try {
            TextFile content = TextFile.read(file, MAX_FILE);
            List<String> lines = Excerpts.linesOf(content.text());
            if (content.utf8()) {
                root = parse(content.text(), lines, ofFile);
            } else {
                String last = lines.get(lines.size() - 1);
                Place end = new Place(lines.size(), last.codePointCount(0, last.length()) + 1);
                ofFile.add(end, "the file is not UTF-8 from here on", "save it as UTF-8");
            }
            texts.add(new Excerpts(name, lines, secrets(lines, root, !ofFile.isEmpty())));
        } catch (TextFile.Unreadable e) {
            add(name);
            ofFile.add(Place.WHOLE, e.why());
        }
        problems.addAll(ofFile, source);
        return root.map(node -> node.in(source));
    }

    private static Optional<Node> parse(String text, List<String> lines, Problems ofFile) {
        Optional<Place> unprintable = Unprintable.find(lines);
        unprintable.ifPresent(place -> ofFile.add(
                place, "there is a character here that YAML does not allow", "write it as an escape in double quotes"));
        return unprintable.isPresent() ? Optional.empty() : YamlTree.parse(text, ofFile);
    }

    private List<Span> secrets(List<String> lines, Optional<Node> root, boolean broken) {
        List<Span> secrets = new ArrayList<>(SecretSpans.inUrls(lines));
        root.ifPresent(node -> secrets.addAll(SecretSpans.inTree(node, types)));
        if (broken) { // not all of the text is in the tree
            secrets.addAll(SecretSpans.inText(lines, types));
        }
        return secrets;
    }
}
