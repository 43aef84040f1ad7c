package dev.holdfast.gateway.config;

import dev.holdfast.gateway.config.Node.Entry;
import dev.holdfast.gateway.config.Node.Mapping;
import dev.holdfast.gateway.config.Node.Scalar;
import dev.holdfast.gateway.config.Node.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Variables of the environment that stand for keys: {@code HOLDFAST_STORE_QUOTA} for {@code store.quota},
 * {@code HOLDFAST_ROUTES_CLOUD_SINK_URL} for that of the route with the name cloud. Puts their values in the place of
 * what the files say. Of a value nothing is shown that would not be shown of one in a file.
 */
final class Overrides {

    private static final String PREFIX = "HOLDFAST";
    private static final String NAME = "name";
    private static final Span NOWHERE = new Span(Place.WHOLE, Place.WHOLE);
    private static final String HINT = "a variable is called HOLDFAST_ and the path of a key, such as "
            + "HOLDFAST_LISTEN_MQTT_BIND or, for a route by its name, HOLDFAST_ROUTES_CLOUD_SINK_URL";

    /** What Kubernetes puts into the environment for a service whose name begins with holdfast. */
    private static final Pattern OF_SERVICES = Pattern.compile(
            "HOLDFAST_([A-Z0-9_]+_)?(SERVICE_(HOST|PORT(_[A-Z0-9_]+)?)|PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)");

    private static final Pattern SERVICE_PORT = Pattern.compile("HOLDFAST_([A-Z0-9_]+_)?PORT=(tcp|udp|sctp)://.*");

    /** What a variable may stand for. */
    private record Meaning(String path, Key<?> key) {}

    private final SortedMap<String, String> variables;
    private final SinkTypes types;
    private final Sources sources;
    private final Problems problems;

    /** What each variable would stand for that there could be. */
    private final Map<String, List<Meaning>> meanings = new LinkedHashMap<>();

    private final Map<String, Place> places = new LinkedHashMap<>();

    private Overrides(SortedMap<String, String> variables, SinkTypes types, Sources sources, Problems problems) {
        this.variables = variables;
        this.types = types;
        this.sources = sources;
        this.problems = problems;
    }

    /** The variables among those of an environment that are meant for Holdfast, by name. */
    static SortedMap<String, String> among(Map<String, String> environment) {
        SortedMap<String, String> found = new TreeMap<>();
        environment.forEach((name, value) -> {
            if (name.startsWith(PREFIX + "_")
                    && !OF_SERVICES.matcher(name).matches()
                    && !SERVICE_PORT.matcher(name + "=" + value).matches()) {
                found.put(name, value);
            }
        });
        return found;
    }

    /** The tree with the values of variables in it. */
    static Node apply(
            SortedMap<String, String> variables, Node root, SinkTypes types, Sources sources, Problems problems) {
        if (!(root instanceof Mapping mapping)) {
            return root; // which is reported
        }
        Overrides overrides = new Overrides(variables, types, sources, problems);
        Mapping changed = overrides.mapping(Layout.ROOT, mapping, "", PREFIX);
        for (String variable : variables.keySet()) {
            if (!isReferredTo(variable, mapping)) {
                overrides.check(variable);
            }
        }
        return changed;
    }

    /** Whether a variable is there for a reference; its name is nobody's business then. */
    private static boolean isReferredTo(String variable, Node node) {
        if (node instanceof Mapping mapping) {
            return mapping.entries().values().stream().anyMatch(entry -> isReferredTo(variable, entry.value()));
        }
        if (node instanceof Sequence sequence) {
            return sequence.items().stream().anyMatch(item -> isReferredTo(variable, item));
        }
        return node instanceof Scalar scalar && scalar.text().equals("${env:" + variable + "}");
    }

    private Mapping mapping(Section section, Mapping mapping, String path, String variable) {
        Map<String, Entry> entries = new LinkedHashMap<>(mapping.entries());
        for (Item item : types.itemsOf(section)) {
            Entry entry = entries.get(item.name());
            String itemPath = path.isEmpty() ? item.name() : path + "." + item.name();
            Node changed =
                    value(item, entry == null ? null : entry.value(), itemPath, variable + "_" + upper(item.name()));
            if (changed != null) {
                entries.put(item.name(), new Entry(entry == null ? changed.place() : entry.keyPlace(), changed));
            }
        }
        return new Mapping(entries, mapping.span());
    }

    /** What takes the place of the value that is there, if there is one; null for nothing. */
    private @Nullable Node value(Item item, @Nullable Node value, String path, String variable) {
        if (item instanceof Key<?> key) {
            Node given = scalar(key, path, variable);
            return given == null ? value : given;
        }
        Section section = (Section) item;
        boolean nothing = value == null || (value instanceof Scalar scalar && scalar.nothing());
        if (section.isList()) {
            return value instanceof Sequence list ? named(section, list, path, variable) : value;
        }
        if (nothing) {
            Mapping made = mapping(section, new Mapping(Map.of(), NOWHERE), path, variable);
            return made.entries().isEmpty() ? value : made;
        }
        return value instanceof Mapping mapping ? mapping(section, mapping, path, variable) : value;
    }

    private Sequence named(Section section, Sequence list, String path, String variable) {
        List<Node> items = new ArrayList<>();
        for (Node item : list.items()) {
            String name = name(item);
            items.add(
                    name == null
                            ? item
                            : mapping(section, (Mapping) item, path + "." + name, variable + "_" + upper(name)));
        }
        return new Sequence(items, list.span());
    }

    private static @Nullable String name(Node item) {
        Entry entry = item instanceof Mapping mapping ? mapping.entries().get(NAME) : null;
        return entry != null && entry.value() instanceof Scalar scalar ? scalar.text() : null;
    }

    private @Nullable Node scalar(Key<?> key, String path, String variable) {
        meanings.computeIfAbsent(variable, unused -> new ArrayList<>()).add(new Meaning(path, key));
        String text = variables.get(variable);
        if (text == null || !key.single()) {
            return null;
        }
        Place place = place(variable);
        return new Scalar(text, false, new Span(place, place));
    }

    private void check(String variable) {
        List<Meaning> found = meanings.getOrDefault(variable, List.of());
        if (found.isEmpty()) {
            problems.add(
                    place(variable),
                    "no key is called like that",
                    Nearest.suggestion(variable, meanings.keySet()) + HINT);
        } else if (found.size() > 1) {
            List<String> paths =
                    found.stream().map(one -> Shown.quoted(one.path())).toList();
            problems.add(
                    place(variable),
                    "it could mean " + String.join(" and ", paths),
                    "change the name of one of them in its file, or write the value into the file");
        } else if (!found.get(0).key().single()) {
            problems.add(
                    place(variable),
                    found.get(0).path() + " is a list, and a variable has only one value",
                    "write it into a file");
        }
    }

    private Place place(String variable) {
        return places.computeIfAbsent(variable, name -> Place.WHOLE.in(sources.add("environment " + name)));
    }

    private static String upper(String name) {
        return name.toUpperCase(Locale.ROOT).replace('-', '_').replace('.', '_');
    }
}
