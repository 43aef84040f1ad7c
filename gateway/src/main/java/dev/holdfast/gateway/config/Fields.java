package dev.holdfast.gateway.config;

import dev.holdfast.gateway.config.Node.Entry;
import dev.holdfast.gateway.config.Node.Mapping;
import dev.holdfast.gateway.config.Node.Scalar;
import dev.holdfast.gateway.config.Node.Sequence;
import dev.holdfast.gateway.config.Node.Unusable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A mapping that is read key by key. What can't be read is reported, and the reading goes on. */
final class Fields {

    private static final Span NOWHERE = new Span(Place.WHOLE, Place.WHOLE);

    private final String path;
    private final Mapping mapping;
    private final References references;
    private final Problems problems;

    /** Keys that are not there but seem to be meant by others. */
    private final Set<String> misspelt = new HashSet<>();

    private Fields(String path, Mapping mapping, References references, Problems problems) {
        this.path = path;
        this.mapping = mapping;
        this.references = references;
        this.problems = problems;
    }

    /** The file as a whole. */
    static Fields root(Node root, References references, Problems problems) {
        Fields outside = new Fields("", new Mapping(Map.of(), NOWHERE), references, problems);
        return isNothing(root) ? outside : outside.open("", root, Layout.ROOT).orElse(outside);
    }

    /** What is read. */
    Mapping mapping() {
        return mapping;
    }

    /** Where this is in the file, for people. */
    String path() {
        return path;
    }

    /** Where a key of this is in the file, for people. */
    String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** Where this begins. */
    Place place() {
        return mapping.place();
    }

    /** Where the value of a key begins, if the key is there. */
    Optional<Place> place(String key) {
        return entry(key).map(entry -> entry.value().place());
    }

    /** The keys that are there. */
    List<String> keys() {
        return List.copyOf(mapping.entries().keySet());
    }

    /** Whether the value of a key, or one of them, is taken from elsewhere. */
    boolean isReference(String key) {
        return entry(key).filter(entry -> isReference(entry.value())).isPresent();
    }

    private static boolean isReference(Node value) {
        if (value instanceof Sequence sequence) {
            return sequence.items().stream().anyMatch(Fields::isReference);
        }
        return value instanceof Scalar scalar && References.isReference(scalar.text());
    }

    /** What stands under a section; no keys when it is left out. */
    Fields section(Section section) {
        return entry(section.name())
                .filter(entry -> !isNothing(entry.value()))
                .flatMap(entry -> open(path(section.name()), entry.value(), section))
                .orElseGet(
                        () -> new Fields(path(section.name()), new Mapping(Map.of(), NOWHERE), references, problems));
    }

    /** What stands under a section that must be there. */
    Optional<Fields> require(Section section) {
        return requireNode(section).flatMap(node -> open(path(section.name()), node, section));
    }

    /** The mappings of a list that may be left out. */
    List<Fields> list(Section section) {
        List<Fields> all = new ArrayList<>();
        String listPath = path(section.name());
        entry(section.name()).map(Entry::value).filter(node -> !isNothing(node)).ifPresent(node -> {
            if (node instanceof Sequence sequence) {
                int source = -1;
                int index = 0;
                for (Node item : sequence.items()) { // counted anew in each file
                    index = item.place().source() == source ? index + 1 : 0;
                    source = item.place().source();
                    open(listPath + "[" + index + "]", item, section).ifPresent(all::add);
                }
            } else {
                wrongKind(listPath, "a list of mappings", node, hint(section));
            }
        });
        return all;
    }

    /** The value of a key that may be left out; empty also after a problem. */
    <T> Optional<T> find(Key<T> key) {
        return entry(key.name()).flatMap(entry -> parse(path(key.name()), key, entry.value()));
    }

    /** The value of a key that has a default; that default also after a problem. */
    <T> T get(Key<T> key) {
        return read(key).orElseGet(key::defaultValue);
    }

    /** The value of a key that has a default; empty after a problem. */
    <T> Optional<T> read(Key<T> key) {
        return entry(key.name()).isPresent() ? find(key) : Optional.of(key.defaultValue());
    }

    /** The value of a key that must be there; empty after a problem. */
    <T> Optional<T> require(Key<T> key) {
        return requireNode(key).flatMap(node -> parse(path(key.name()), key, node));
    }

    /** The values of a list that may be left out, those that could be read. */
    <T> List<T> findList(Key<T> key) {
        return entry(key.name()).isPresent() ? requireList(key).orElse(List.of()) : List.of();
    }

    /** The values of a list that must be there, those that could be read; empty after a problem with the list. */
    <T> Optional<List<T>> requireList(Key<T> key) {
        String listPath = path(key.name());
        return requireNode(key).flatMap(node -> {
            if (!(node instanceof Sequence sequence)) {
                wrongKind(listPath, "a list", node, "write it in brackets: %s: [\"…\"]".formatted(key.name()));
                return Optional.empty();
            }
            if (sequence.items().isEmpty()) {
                problems.add(node.place(), listPath + " is empty, but needs at least one", allowed(key.type()));
            }
            List<T> values = new ArrayList<>();
            for (int i = 0; i < sequence.items().size(); i++) {
                parse(listPath + "[" + i + "]", key, sequence.items().get(i)).ifPresent(values::add);
            }
            return Optional.of(values);
        });
    }

    /** The same, where a single value may stand without brackets. */
    <T> Optional<List<T>> requireOneOrMore(Key<T> key) {
        boolean single = entry(key.name())
                .filter(entry -> entry.value() instanceof Scalar)
                .isPresent();
        return single ? require(key).map(List::of) : requireList(key);
    }

    /** Reports all keys but those that are known. */
    void checkKeys(List<String> known, List<String> notYet) {
        mapping.entries().forEach((key, entry) -> {
            String where = path.isEmpty() ? "at the top level" : "in " + path;
            String hint = knownKeys(known);
            if (notYet.contains(key)) {
                problems.add(
                        entry.keyPlace(),
                        "this version of Holdfast does not have \"" + key + "\" " + where + " yet",
                        hint);
            } else if (!known.contains(key)) {
                Nearest.of(key, known).ifPresent(misspelt::add);
                problems.add(
                        entry.keyPlace(),
                        "unknown key " + Shown.quoted(key) + " " + where,
                        Nearest.suggestion(key, known) + hint);
            }
        });
    }

    private Optional<Entry> entry(String key) {
        return Optional.ofNullable(mapping.entries().get(key));
    }

    private static boolean isNothing(Node node) {
        return node instanceof Scalar scalar && scalar.nothing();
    }

    private Optional<Node> requireNode(Item item) {
        Optional<Entry> entry = entry(item.name());
        if (entry.isEmpty() && !misspelt.contains(item.name())) {
            problems.add(place(), path + " has no \"" + item.name() + "\"", hint(item));
        }
        return entry.map(Entry::value).filter(node -> {
            if (isNothing(node)) {
                problems.add(node.place(), path(item.name()) + " has no value", hint(item));
            }
            return !isNothing(node);
        });
    }

    private Optional<Fields> open(String at, Node node, Section section) {
        if (!(node instanceof Mapping opened)) {
            wrongKind(at.isEmpty() ? "the configuration" : at, "a mapping", node, hint(section));
            return Optional.empty();
        }
        Fields fields = new Fields(at, opened, references, problems);
        if (!section.hasOptions()) {
            fields.checkKeys(section.names(), section.notYet());
        }
        return Optional.of(fields);
    }

    private <T> Optional<T> parse(String at, Key<T> key, Node node) {
        if (!(node instanceof Scalar scalar)) {
            wrongKind(at, "a single value", node, allowed(key.type()));
            return Optional.empty();
        }
        if (scalar.nothing()) {
            problems.add(node.place(), at + " has no value", allowed(key.type()));
            return Optional.empty();
        }
        return references.resolve(at, scalar, key.secret()).flatMap(value -> {
            try {
                return Optional.of(key.type().parser().parse(value.text()));
            } catch (Refused e) {
                String suggestion = value.hidden()
                        ? ""
                        : Nearest.suggestion(value.text(), key.type().words());
                String message = at + " " + value.shown() + " " + e.getMessage();
                problems.add(node.place(), message, suggestion + allowed(key.type()));
                return Optional.empty();
            }
        });
    }

    private void wrongKind(String at, String wanted, Node node, String hint) {
        if (!(node instanceof Unusable)) {
            problems.add(node.place(), at + " must be " + wanted + ", but is " + describe(node), hint);
        }
    }

    private static String describe(Node node) {
        return isNothing(node) ? "empty" : node.kind();
    }

    private static String hint(Item item) {
        if (item instanceof Key<?> key) {
            return key.name() + ": " + key.doc() + " " + allowed(key.type());
        }
        Section section = (Section) item;
        String more = section.form() == Section.Form.SINK
                ? " and those of that type"
                : section.hasOptions() ? " and those of the broker" : "";
        return knownKeys(section.names()) + more;
    }

    private static String knownKeys(List<String> known) {
        return "known keys: " + String.join(", ", known);
    }

    private static String allowed(Type<?> type) {
        return "allowed: " + type.allowed();
    }
}
