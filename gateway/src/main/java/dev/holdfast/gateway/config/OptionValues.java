package dev.holdfast.gateway.config;

import dev.holdfast.sink.Option;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What stands in the file for the options of an adapter. */
final class OptionValues {

    private final SinkValues values;
    private final List<String> secrets;

    private OptionValues(SinkValues values, List<String> secrets) {
        this.values = values;
        this.secrets = secrets;
    }

    /**
     * Reads them.
     *
     * @param fields where they stand
     * @param options what there may be
     * @param others the keys that may stand beside them
     */
    static OptionValues read(Fields fields, List<Option> options, List<String> others) {
        List<String> known = new ArrayList<>(others);
        options.forEach(option -> known.add(option.name()));
        fields.checkKeys(known, List.of());
        Map<String, Object> values = new HashMap<>();
        Set<String> hidden = new HashSet<>();
        List<String> secrets = new ArrayList<>();
        for (Option option : options) {
            Optional<?> value = value(fields, SinkTypes.key(option));
            value.ifPresent(present -> values.put(option.name(), present));
            if (option.secret() || fields.isReference(option.name())) {
                hidden.add(option.name());
                value.stream()
                        .flatMap(present -> present instanceof List<?> list ? list.stream() : Stream.of(present))
                        .map(Object::toString)
                        .filter(text -> !text.isEmpty())
                        .forEach(secrets::add);
            }
        }
        return new OptionValues(new SinkValues(options, values, hidden), secrets);
    }

    private static Optional<?> value(Fields fields, Key<?> key) {
        if (key.list()) {
            return fields.requireOneOrMore(key);
        }
        return single(fields, key);
    }

    private static <T> Optional<T> single(Fields fields, Key<T> key) {
        if (key.required()) {
            return fields.require(key);
        }
        return key.defaultText() == null ? fields.find(key) : Optional.of(fields.get(key));
    }

    SinkValues values() {
        return values;
    }

    /** What an adapter complains of, which may quote a secret, without it. */
    String withoutSecrets(String message) {
        String shown = message;
        for (String secret : secrets) {
            shown = shown.replace(secret, "***");
        }
        return shown;
    }
}
