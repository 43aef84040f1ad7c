package dev.holdfast.gateway.config;

import static java.nio.charset.StandardCharsets.UTF_8;

/** What may be a topic filter, section 4.7 of the MQTT standards. */
final class TopicFilters {

    /** What a filter looks like. */
    static final String PATTERN = "(?!\\$share/)(#|([^+#/]*|\\+)(/([^+#/]*|\\+))*(/#)?)";

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
