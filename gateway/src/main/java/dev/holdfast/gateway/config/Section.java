package dev.holdfast.gateway.config;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A key with a mapping, or with a list of mappings.
 *
 * @param name the key; empty for the file as a whole
 * @param form what stands under it
 * @param items what a mapping may have in it, in the order in which to document it
 * @param notYet keys that a later version will have
 * @param doc one sentence for people
 */
record Section(String name, Form form, List<Item> items, List<String> notYet, String doc) implements Item {

    /** What stands under the key of a section. */
    enum Form {
        /** A mapping. */
        MAPPING,
        /** A list of mappings. */
        LIST,
        /** A mapping that has the options of a sink beside the items. */
        SINK,
        /** A list of mappings that have the options of a tap beside the items. */
        TAPS
    }

    static Section of(String name, Form form, String doc, Item... items) {
        return new Section(name, form, List.of(items), List.of(), doc);
    }

    /** The same with more items behind its own. */
    Section and(List<Item> more) {
        return new Section(
                name, form, Stream.concat(items.stream(), more.stream()).toList(), notYet, doc);
    }

    @Override
    public boolean required() {
        return form == Form.SINK;
    }

    /** Whether there is a list of mappings under it. */
    boolean isList() {
        return form == Form.LIST || form == Form.TAPS;
    }

    /** Whether an adapter says what other keys a mapping has. */
    boolean hasOptions() {
        return form == Form.SINK || form == Form.TAPS;
    }

    /** The keys that it has in every case. */
    List<String> names() {
        return items.stream().map(Item::name).toList();
    }

    /** Whether an item is one of its own, which are constants: to compare all that they consist of takes a start 70 ms. */
    @SuppressWarnings("ReferenceEquality")
    boolean has(Item item) {
        return items.stream().anyMatch(own -> own == item);
    }

    /** The item of a name; null when it has none of that name. */
    @Nullable
    Item item(String itemName) {
        return items.stream()
                .filter(item -> item.name().equals(itemName))
                .findFirst()
                .orElse(null);
    }

    /** All keys that there are in it and below it, also those of later versions. */
    Set<String> allNames() {
        Set<String> all = new LinkedHashSet<>(names());
        all.addAll(notYet);
        for (Item item : items) {
            if (item instanceof Section inner) {
                all.addAll(inner.allNames());
            }
        }
        return all;
    }

    /** The same with keys that a later version will have. */
    Section notYet(String... names) {
        return new Section(name, form, items, List.of(names), doc);
    }
}
