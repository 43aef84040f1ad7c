package dev.holdfast.gateway.config;

import dev.holdfast.sink.Option;
import dev.holdfast.sink.SinkFactory;
import dev.holdfast.tap.TapFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The adapters that there are, for sinks and for taps, and what their keys are. */
final class SinkTypes {

    private final Map<String, SinkFactory> factories = new LinkedHashMap<>();
    private final Optional<TapFactory> taps;
    private final List<Key<?>> tapOptions = new ArrayList<>();
    private final Set<String> secretNames = new LinkedHashSet<>();
    private final Set<String> allNames = new LinkedHashSet<>();

    /**
     * Takes the adapters that were found.
     *
     * @throws IllegalArgumentException if one of them describes itself in a way that can't be read
     */
    SinkTypes(Adapters found) {
        taps = found.taps();
        Set<String> harmlessNames = new LinkedHashSet<>(Layout.ROOT.allNames());
        for (SinkFactory factory : found.sinks()) {
            if (factories.putIfAbsent(factory.type(), factory) != null) {
                throw new IllegalArgumentException("two sink adapters have the type " + factory.type());
            }
            for (Option option : factory.options()) {
                check("sink adapter " + factory.type(), option, option.name().equals(Layout.SINK_TYPE.name()));
                (option.secret() ? secretNames : harmlessNames).add(option.name());
            }
        }
        for (Option option : taps.map(TapFactory::options).orElse(List.of())) {
            check("tap adapter", option, Layout.TAPS.names().contains(option.name()));
            tapOptions.add(key(option));
            (option.secret() ? secretNames : harmlessNames).add(option.name());
        }
        allNames.addAll(secretNames);
        allNames.addAll(harmlessNames);
    }

    private static void check(String adapter, Option option, boolean taken) {
        boolean absent = option.kind() != Option.Kind.TEXT && !option.required() && option.defaultValue() == null;
        boolean listless = option.list() && (option.kind() != Option.Kind.TEXT || !option.required());
        if (absent || listless || taken) {
            throw new IllegalArgumentException("the " + adapter + " has an option " + option.name()
                    + " that is called like a key of the gateway's, or that is no text and neither required nor has a default,"
                    + " or that takes several values and is no required text");
        }
        if (option.defaultValue() != null) {
            key(option).defaultValue(); // must be one
        }
    }

    /** What may stand for a type. */
    Type<String> byName() {
        Type<String> names = Type.oneOf(List.copyOf(factories.keySet()));
        return factories.isEmpty() ? Type.of("nothing, there are no sink adapters", names.parser()) : names;
    }

    /** The adapter of a type that there is. */
    SinkFactory factory(String type) {
        SinkFactory factory = factories.get(type);
        if (factory == null) {
            throw new IllegalArgumentException("no sink adapter has the type " + type);
        }
        return factory;
    }

    /** The adapter that makes taps, if there is one. */
    Optional<TapFactory> taps() {
        return taps;
    }

    /** The types that there are. */
    Set<String> names() {
        return factories.keySet();
    }

    /** What a section may have in it; for a sink, whatever its type; for a tap, its options too. */
    Collection<Item> itemsOf(Section section) {
        Map<String, Item> items = new LinkedHashMap<>();
        section.items().forEach(item -> items.put(item.name(), item));
        if (section.form() == Section.Form.SINK) {
            factories.keySet().forEach(type -> options(type).forEach(key -> items.putIfAbsent(key.name(), key)));
        }
        if (section.form() == Section.Form.TAPS) {
            tapOptions.forEach(key -> items.put(key.name(), key));
        }
        return items.values();
    }

    /** The options of a type that there is, as keys. */
    List<Key<?>> options(String type) {
        return factory(type).options().stream().<Key<?>>map(SinkTypes::key).toList();
    }

    /** The options whose values must never be shown, of all adapters. */
    Set<String> secretNames() {
        return secretNames;
    }

    /** All keys that there are, the gateway's and the adapters', the secret ones first. */
    Set<String> allNames() {
        return allNames;
    }

    /** An option as a key. */
    static Key<?> key(Option option) {
        Type<?> type = option.allowed().isEmpty() ? type(option.kind()) : words(option.allowed(), type(option.kind()));
        return new Key<>(
                option.name(),
                type,
                option.list() ? Key.Arity.ONE_OR_MORE : Key.Arity.ONE,
                option.required(),
                option.defaultValue(),
                option.secret(),
                option.doc());
    }

    private static Type<?> type(Option.Kind kind) {
        return switch (kind) {
            case TEXT -> Types.TEXT;
            case NUMBER -> Types.NUMBER;
            case FLAG -> Types.FLAG;
            case DURATION -> Types.DURATION;
        };
    }

    private static <T> Type<T> words(List<String> allowed, Type<T> type) {
        Type<String> oneOf = Type.oneOf(allowed);
        return new Type<>(
                oneOf.allowed(),
                allowed,
                type.shape(),
                text -> type.parser().parse(oneOf.parser().parse(text)));
    }
}
