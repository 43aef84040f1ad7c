package dev.holdfast.gateway.route;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An MQTT topic filter, section 4.7 of MQTT 5: {@code +} stands for one level, {@code #} at the end for any number of
 * them, the one above included; neither at the beginning matches a topic that begins with {@code $}.
 */
public final class TopicFilter {

    private final String text;
    private final String[] levels;

    private TopicFilter(String text) {
        this.text = text;
        this.levels = levelsOf(text).toArray(new String[0]);
    }

    /**
     * A filter.
     *
     * @throws IllegalArgumentException if the text is none; see {@link #problem}
     */
    public static TopicFilter of(String text) {
        problem(text).ifPresent(problem -> {
            throw new IllegalArgumentException("topic filter \"" + text + "\": " + problem);
        });
        return new TopicFilter(text);
    }

    /** What keeps the text from being a topic filter, if anything does. */
    public static Optional<String> problem(String text) {
        if (text.isEmpty()) {
            return Optional.of("it is empty; \"#\" matches everything");
        }
        if (text.indexOf('\0') >= 0) {
            return Optional.of("it contains a NUL character");
        }
        List<String> levels = levelsOf(text);
        for (int i = 0; i < levels.size(); i++) {
            String level = levels.get(i);
            if (level.length() > 1 && (level.indexOf('+') >= 0 || level.indexOf('#') >= 0)) {
                return Optional.of("a wildcard must have a level for itself, but there is \"" + level + '"');
            }
            if (level.equals("#") && i < levels.size() - 1) {
                return Optional.of("\"#\" must be the last level");
            }
        }
        return Optional.empty();
    }

    private static List<String> levelsOf(String text) {
        List<String> levels = new ArrayList<>();
        int from = 0;
        for (int slash = text.indexOf('/'); slash >= 0; slash = text.indexOf('/', from)) {
            levels.add(text.substring(from, slash));
            from = slash + 1;
        }
        levels.add(text.substring(from));
        return levels;
    }

    /** Whether a topic name matches. */
    public boolean matches(String topic) {
        if (topic.startsWith("$") && !text.startsWith("$")) {
            return false;
        }
        int from = 0; // of the level of the topic; behind the topic's length + 1 when there is none left
        for (String level : levels) {
            if (level.equals("#")) {
                return true;
            }
            if (from > topic.length()) {
                return false;
            }
            int slash = topic.indexOf('/', from);
            int to = slash < 0 ? topic.length() : slash;
            if (!level.equals("+") && (to - from != level.length() || !topic.startsWith(level, from))) {
                return false;
            }
            from = to + 1;
        }
        return from > topic.length();
    }

    /** Whether it matches every topic that does not begin with {@code $}. */
    public boolean matchesAll() {
        return text.equals("#");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TopicFilter filter && text.equals(filter.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
