package dev.holdfast.sink.mqtt;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a topic upstream is made of a message's: text with {@code {topic}}, {@code {gateway}}, {@code {lane}}, {@code {route}};
 * {@code {topic:2}} is the topic without its first two levels.
 */
final class TopicTemplate {

    static final String TOPIC = "{topic}";

    private static final Pattern REST = Pattern.compile("\\{topic:([1-9])}");

    private static final String LANE = "{lane}";
    private static final String GATEWAY = "{gateway}";
    private static final String ROUTE = "{route}";

    private final List<String> parts;

    private TopicTemplate(List<String> parts) {
        this.parts = parts;
    }

    /**
     * Reads a template.
     *
     * @throws IllegalArgumentException if it can't give a topic name
     */
    static TopicTemplate parse(String text, String gateway, String route) {
        List<String> parts = new ArrayList<>();
        int from = 0;
        for (int open = text.indexOf('{'); open >= 0; open = text.indexOf('{', from)) {
            int close = text.indexOf('}', open);
            if (close < 0) {
                throw new IllegalArgumentException("\"" + text + "\" has a { without a }");
            }
            parts.add(literal(text.substring(from, open)));
            parts.add(placeholder(text.substring(open, close + 1), gateway, route));
            from = close + 1;
        }
        parts.add(literal(text.substring(from)));
        if (parts.stream().allMatch(String::isEmpty)) {
            throw new IllegalArgumentException("the topic is empty");
        }
        return new TopicTemplate(parts);
    }

    private static String literal(String text) {
        for (char forbidden : new char[] {'+', '#', '}', '\0'}) {
            if (text.indexOf(forbidden) >= 0) {
                throw new IllegalArgumentException("\"" + text + "\" contains "
                        + (forbidden == '\0' ? "NUL" : String.valueOf(forbidden))
                        + ", which no topic name may have");
            }
        }
        return text;
    }

    private static String placeholder(String text, String gateway, String route) {
        return switch (text) {
            case TOPIC, LANE -> text;
            case GATEWAY -> gateway;
            case ROUTE -> route;
            default -> {
                if (REST.matcher(text).matches()) {
                    yield text;
                }
                throw new IllegalArgumentException(text + " is not known here; allowed are " + TOPIC + ", {topic:1} to"
                        + " {topic:9}, " + GATEWAY + ", " + LANE + " and " + ROUTE);
            }
        };
    }

    /** A topic filter that matches every topic upstream of messages whose topic matches the given one. */
    String cover(String filter) {
        List<String> levels = new ArrayList<>();
        for (String level : fill(filter, "+", "#").split("/", -1)) {
            if (level.indexOf('#') >= 0) { // beside other text it stands for any number of levels all the same
                levels.add("#");
                break;
            }
            levels.add(level.indexOf('+') >= 0 ? "+" : level);
        }
        return String.join("/", levels);
    }

    /** The topic upstream for a message of this topic and lane; no topic name when there are too few levels. */
    String apply(String topic, String lane) {
        return fill(topic, lane, "");
    }

    /**
     * Fills it in.
     *
     * @param few what stands for the rest of a topic that has no levels left, or nobody knows how many; when it is empty,
     *     nothing is made of such a topic
     */
    private String fill(String topic, String lane, String few) {
        StringBuilder out = new StringBuilder();
        for (String part : parts) {
            Matcher rest = REST.matcher(part);
            if (part.equals(TOPIC)) {
                out.append(topic);
            } else if (part.equals(LANE)) {
                out.append(lane);
            } else if (rest.matches()) {
                String known = rest(topic, Integer.parseInt(rest.group(1)));
                if (known == null && few.isEmpty()) {
                    return "";
                }
                out.append(known == null ? few : known);
            } else {
                out.append(part);
            }
        }
        return out.toString();
    }

    private static @Nullable String rest(String topic, int levels) {
        int from = 0;
        for (int i = 0; i < levels; i++) {
            int slash = topic.indexOf('/', from);
            if (slash < 0 || topic.startsWith("#", from)) {
                return null;
            }
            from = slash + 1;
        }
        return topic.substring(from);
    }
}
