package dev.holdfast.gateway.config;

import dev.holdfast.sink.Option;
import dev.holdfast.sink.SinkConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Values of a sink's options, parsed. Immutable. */
final class SinkValues implements SinkConfig {

    private final Map<String, Option> options;
    private final Map<String, Object> values;
    private final Set<String> hidden;

    /**
     * The values of a sink.
     *
     * @param options what there may be
     * @param values by option, each of the type of its kind, or a list of them
     * @param hidden the options whose values are never to be shown
     */
    SinkValues(List<Option> options, Map<String, Object> values, Set<String> hidden) {
        this.options = options.stream().collect(Collectors.toUnmodifiableMap(Option::name, option -> option));
        this.values = Map.copyOf(values);
        this.hidden = Set.copyOf(hidden);
    }

    @Override
    public String text(String option) {
        return required(option, Option.Kind.TEXT, String.class);
    }

    @Override
    public Optional<String> optionalText(String option) {
        return Optional.ofNullable(value(option, Option.Kind.TEXT, String.class));
    }

    @Override
    public List<String> texts(String name) {
        Option option = options.get(name);
        if (option == null || option.kind() != Option.Kind.TEXT || !option.list()) {
            throw new IllegalArgumentException("there is no option " + name + " that takes several texts");
        }
        return values.get(name) instanceof List<?> list
                ? list.stream().map(String.class::cast).toList()
                : List.of();
    }

    @Override
    public long number(String option) {
        return required(option, Option.Kind.NUMBER, Long.class);
    }

    @Override
    public boolean flag(String option) {
        return required(option, Option.Kind.FLAG, Boolean.class);
    }

    @Override
    public Duration duration(String option) {
        return required(option, Option.Kind.DURATION, Duration.class);
    }

    private <T> T required(String name, Option.Kind kind, Class<T> type) {
        T value = value(name, kind, type);
        if (value == null) {
            throw new IllegalArgumentException("option " + name + " may be left out: ask for an optional text");
        }
        return value;
    }

    private <T> @Nullable T value(String name, Option.Kind kind, Class<T> type) {
        Option option = options.get(name);
        if (option == null || option.kind() != kind || option.list()) {
            throw new IllegalArgumentException("there is no option " + name + " of kind " + kind + " and one value");
        }
        return type.cast(values.get(name));
    }

    /** All values but those that must not be shown. */
    @Override
    public String toString() {
        return options.keySet().stream()
                .filter(values::containsKey)
                .sorted()
                .map(name -> name + "=" + (hidden.contains(name) ? "***" : values.get(name)))
                .collect(Collectors.joining(", ", "{", "}"));
    }
}
