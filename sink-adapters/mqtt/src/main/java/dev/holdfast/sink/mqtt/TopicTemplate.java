package dev.holdfast.sink.mqtt;

import java.util.ArrayList;
import java.util.List;

/** How a topic upstream is made of a message's: text with {@code {topic}}, {@code {gateway}}, {@code {lane}}, {@code {route}}. */
final class TopicTemplate {

    static final String TOPIC = "{topic}";

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
            default ->
                throw new IllegalArgumentException(text + " is not known here; allowed are " + TOPIC + ", " + GATEWAY
                        + ", " + LANE + " and " + ROUTE);
        };
    }

    /** A topic filter that matches every topic upstream of messages whose topic matches the given one. */
    String cover(String filter) {
        List<String> levels = new ArrayList<>();
        for (String level : apply(filter, "+").split("/", -1)) {
            if (level.indexOf('#') >= 0) { // beside other text it stands for any number of levels all the same
                levels.add("#");
                break;
            }
            levels.add(level.indexOf('+') >= 0 ? "+" : level);
        }
        return String.join("/", levels);
    }

    /** The topic upstream for a message of this topic and lane. */
    String apply(String topic, String lane) {
        StringBuilder out = new StringBuilder();
        for (String part : parts) {
            switch (part) {
                case TOPIC -> out.append(topic);
                case LANE -> out.append(lane);
                default -> out.append(part);
            }
        }
        return out.toString();
    }
}
