package dev.holdfast.sink.mqtt;

import dev.holdfast.sink.Option;
import dev.holdfast.sink.SinkConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Options as they would stand in a file, and the defaults of the others. */
final class Values implements SinkConfig {

    private final Map<String, List<String>> values = new HashMap<>();

    /** Those of a sink. */
    Values() {
        this(new MqttSinkFactory().options());
    }

    Values(List<Option> options) {
        for (Option option : options) {
            String value = option.defaultValue();
            if (value != null) {
                with(option.name(), value);
            }
        }
    }

    Values with(String option, String... value) {
        values.put(option, List.of(value));
        return this;
    }

    @Override
    public String text(String option) {
        return texts(option).get(0);
    }

    @Override
    public Optional<String> optionalText(String option) {
        return Optional.ofNullable(values.get(option)).map(all -> all.get(0));
    }

    @Override
    public List<String> texts(String option) {
        return new ArrayList<>(Objects.requireNonNull(values.get(option), option));
    }

    @Override
    public long number(String option) {
        return Long.parseLong(text(option));
    }

    @Override
    public boolean flag(String option) {
        return Boolean.parseBoolean(text(option));
    }

    @Override
    public Duration duration(String option) {
        return Duration.parse("PT" + text(option));
    }
}
