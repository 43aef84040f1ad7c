package dev.holdfast.gateway.config;

import dev.holdfast.gateway.config.Node.Entry;
import dev.holdfast.gateway.config.Node.Mapping;
import dev.holdfast.gateway.config.Node.Scalar;
import dev.holdfast.gateway.config.Node.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes one tree of two: what both have is merged if it is a mapping and appended if it is a list of mappings of which
 * each has a name; else the later one wins. What has the wrong form stays, so that it is reported.
 */
final class Merge {

    private Merge() {}

    /** What two files say together. */
    static Node of(Node earlier, Node later) {
        return of(Layout.ROOT, earlier, later);
    }

    private static Node of(Item item, Node earlier, Node later) {
        if (!(item instanceof Section section) || isNothing(earlier)) {
            return later;
        }
        if (isNothing(later)) {
            return earlier;
        }
        if (section.isList()) {
            return list(earlier, later);
        }
        if (earlier instanceof Mapping one && later instanceof Mapping other) {
            return mapping(section, one, other);
        }
        return earlier instanceof Mapping ? later : earlier;
    }

    private static Node list(Node earlier, Node later) {
        if (earlier instanceof Sequence one && later instanceof Sequence other) {
            List<Node> items = new ArrayList<>(one.items());
            items.addAll(other.items());
            return new Sequence(items, one.span());
        }
        return earlier instanceof Sequence ? later : earlier;
    }

    private static Mapping mapping(Section section, Mapping earlier, Mapping later) {
        Map<String, Entry> entries = new LinkedHashMap<>(earlier.entries());
        later.entries().forEach((key, entry) -> {
            Entry before = entries.get(key);
            Item item = section.item(key);
            entries.put(
                    key,
                    before == null || item == null
                            ? entry
                            : new Entry(entry.keyPlace(), of(item, before.value(), entry.value())));
        });
        return new Mapping(entries, earlier.span());
    }

    private static boolean isNothing(Node node) {
        return node instanceof Scalar scalar && scalar.nothing();
    }
}
