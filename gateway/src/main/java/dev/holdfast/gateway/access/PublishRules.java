package dev.holdfast.gateway.access;

import dev.holdfast.gateway.journal.Topic;
import dev.holdfast.gateway.route.TopicFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may publish what. What no rule allows is not allowed. Immutable.
 *
 * <p>In a topic filter {@code %u} stands for the user name and {@code %c} for the client id. A name with {@code + # /} or
 * NUL in it would make another filter of it, and an empty one would match what has an empty level: such a filter matches
 * nothing.
 */
public final class PublishRules {

    private static final String ANY = "*";
    private static final Pattern PLACEHOLDER = Pattern.compile("%[uc]");

    private final List<Rule> rules;

    /** Rules of which each may allow something. */
    public PublishRules(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    /**
     * What some clients may publish.
     *
     * @param users their names, exact or ending in *; empty for everybody
     * @param clients their client ids, the same
     * @param topics topic filters
     */
    public record Rule(List<String> users, List<String> clients, List<String> topics) {

        /** Copies the lists. */
        public Rule {
            users = List.copyOf(users);
            clients = List.copyOf(clients);
            topics = List.copyOf(topics);
        }

        private boolean concerns(@Nullable String user, String clientId) {
            return (users.isEmpty() || (user != null && anyMatches(users, user)))
                    && (clients.isEmpty() || anyMatches(clients, clientId));
        }

        private static boolean anyMatches(List<String> patterns, String name) {
            return patterns.stream()
                    .anyMatch(pattern -> pattern.endsWith(ANY)
                            ? name.startsWith(pattern.substring(0, pattern.length() - 1))
                            : name.equals(pattern));
        }
    }

    /**
     * What one client may publish.
     *
     * @param user who it is, proven; null for nobody
     * @param clientId what it calls itself
     */
    public Grant grant(@Nullable String user, String clientId) {
        List<TopicFilter> filters = new ArrayList<>();
        for (Rule rule : rules) {
            if (rule.concerns(user, clientId)) {
                for (String topic : rule.topics()) {
                    String filter = filledIn(topic, user == null ? "" : user, clientId);
                    if (filter != null) {
                        filters.add(TopicFilter.of(filter));
                    }
                }
            }
        }
        return new Grant(filters);
    }

    /** The topic with both names in it, null when one of them can't stand in a topic. */
    private static @Nullable String filledIn(String topic, String user, String clientId) {
        StringBuilder out = new StringBuilder();
        Matcher placeholder = PLACEHOLDER.matcher(topic);
        while (placeholder.find()) {
            String name = placeholder.group().equals("%u") ? user : clientId;
            if (name.isEmpty() || !isHarmless(name)) {
                return null;
            }
            placeholder.appendReplacement(out, Matcher.quoteReplacement(name));
        }
        return placeholder.appendTail(out).toString();
    }

    private static boolean isHarmless(String value) {
        return value.chars().noneMatch(c -> c == '+' || c == '#' || c == '/' || c == 0);
    }

    /** What one client may publish. Used by one thread. */
    public static final class Grant {

        private static final int MAX_KNOWN = 256;

        private final List<TopicFilter> filters;
        private final boolean everything;
        private final Map<Topic, Boolean> known = new HashMap<>();

        private Grant(List<TopicFilter> filters) {
            this.filters = filters;
            this.everything = filters.stream().anyMatch(TopicFilter::matchesAll);
        }

        /** Whether it may publish to the topic. */
        public boolean allows(Topic topic) {
            if (everything && !topic.name().startsWith("$")) {
                return true;
            }
            Boolean before = known.get(topic);
            if (before != null) {
                return before;
            }
            boolean allowed = filters.stream().anyMatch(filter -> filter.matches(topic.name()));
            if (known.size() >= MAX_KNOWN) {
                known.clear();
            }
            known.put(topic, allowed);
            return allowed;
        }
    }
}
