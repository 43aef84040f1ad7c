package dev.holdfast.gateway.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What may be a topic filter, section 4.7 of the MQTT standards. */
final class TopicFilters {

    /** What a filter looks like. */
    static final String PATTERN = "(?!\\$share/)(#|([^+#/]*|\\+)(/([^+#/]*|\\+))*(/#)?)";

    /** What a filter of a tap looks like. */
    static final String TAP_PATTERN = "(\\$share/[^+#/]+/)?(?!\\$)(#|([^+#/]*|\\+)(/([^+#/]*|\\+))*(/#)?)";

    private static final Pattern SHARED = Pattern.compile("\\$share/([^/]*)/(.*)");
    private static final int MAX_BYTES = 65_535;

    private TopicFilters() {}

    static String parse(String text) throws Refused {
        if (text.isEmpty()) {
            throw new Refused("is not a topic filter: it is empty");
        }
        if (text.startsWith("$share/")) {
            throw new Refused("is a shared subscription: nobody shares these messages, leave $share/… away");
        }
        if (text.indexOf('\0') >= 0 || !UTF_8.newEncoder().canEncode(text)) {
            throw new Refused("is not a topic filter: it has a character that MQTT does not allow");
        }
        if (text.getBytes(UTF_8).length > MAX_BYTES) {
            throw new Refused("is not a topic filter: it is longer than 65535 bytes");
        }
        checkWildcards(text);
        return text;
    }

    /** A filter to subscribe to, perhaps a shared one (MQTT 5 section 4.8.2). */
    static String parseOfTap(String text) throws Refused {
        Matcher shared = SHARED.matcher(text);
        if (shared.matches() && (shared.group(1).isEmpty() || shared.group(1).matches(".*[+#].*"))) {
            throw new Refused("has no group that can be one: a shared subscription is $share/GROUP/FILTER");
        }
        String filter = parse(withoutGroup(text));
        if (filter.startsWith("$")) {
            throw new Refused("begins with $: what a broker says of itself is not kept");
        }
        return text;
    }

    /** The filter of a subscription without what makes it a shared one. */
    static String withoutGroup(String text) {
        Matcher shared = SHARED.matcher(text);
        return shared.matches() ? shared.group(2) : text;
    }

    /** Whether there can be a topic that matches both. */
    static boolean overlap(String filter, String other) {
        String[] levels = filter.split("/", -1);
        String[] others = other.split("/", -1);
        for (int i = 0; ; i++) {
            boolean ends = i == levels.length;
            boolean otherEnds = i == others.length;
            if ((!ends && levels[i].equals("#")) || (!otherEnds && others[i].equals("#"))) {
                return true; // # stands for nothing too
            }
            if (ends || otherEnds) {
                return ends && otherEnds;
            }
            if (!levels[i].equals("+") && !others[i].equals("+") && !levels[i].equals(others[i])) {
                return false;
            }
        }
    }

    private static void checkWildcards(String text) throws Refused {
        int last = text.length() - 1;
        for (int i = 0; i <= last; i++) {
            char c = text.charAt(i);
            boolean begins = i == 0 || text.charAt(i - 1) == '/';
            boolean ends = i == last || text.charAt(i + 1) == '/';
            if (c == '#' && !(begins && i == last)) {
                throw new Refused("is not a topic filter: # must be the whole of the last level");
            }
            if (c == '+' && !(begins && ends)) {
                throw new Refused("is not a topic filter: + must be the whole of a level");
            }
        }
    }

    /** Whether every topic that matches the other filter matches this one. Says no where that is not plain to see. */
    static boolean covers(String filter, String other) {
        if (other.startsWith("$") && !filter.startsWith("$")) {
            return false;
        }
        String[] levels = filter.split("/", -1);
        String[] others = other.split("/", -1);
        for (int i = 0; i < levels.length; i++) {
            if (levels[i].equals("#")) {
                return true;
            }
            boolean covered = i < others.length
                    && !others[i].equals("#")
                    && (levels[i].equals("+") || levels[i].equals(others[i]));
            if (!covered) {
                return false;
            }
        }
        return levels.length == others.length;
    }
}
