package dev.holdfast.gateway.config;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds what somebody probably meant. */
final class Nearest {

    private static final int MAX_LENGTH = 64;

    private Nearest() {}

    /** The one of the candidates that is most like the word, if any is like it at all. */
    static Optional<String> of(String word, Collection<String> candidates) {
        if (word.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        String lower = word.toLowerCase(Locale.ROOT);
        int tolerance = tolerance(word.length());
        int best = tolerance + 1;
        String nearest = null;
        for (String candidate : candidates) {
            if (Math.abs(candidate.length() - word.length()) <= tolerance) {
                int distance = distance(lower, candidate.toLowerCase(Locale.ROOT));
                if (distance < best) {
                    best = distance;
                    nearest = candidate;
                }
            }
        }
        return Optional.ofNullable(nearest);
    }

    /** The suggestion in words, with a blank behind it; empty when there is none. */
    static String suggestion(String word, Collection<String> candidates) {
        return of(word, candidates)
                .map(nearest -> "did you mean \"" + nearest + "\"? ")
                .orElse("");
    }

    private static int tolerance(int length) {
        if (length <= 2) {
            return 0; // but for upper and lower case
        }
        return length <= 4 ? 1 : length <= 8 ? 2 : 3;
    }

    /** How many characters to insert, remove, replace or swap with their neighbour to make one of the other. */
    static int distance(String one, String other) {
        int[] beforePrevious = new int[other.length() + 1];
        int[] previous = new int[other.length() + 1];
        int[] current = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            current[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int replaced = previous[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, Math.min(previous[j], current[j - 1]) + 1);
                if (swapped(one, i, other, j)) {
                    current[j] = Math.min(current[j], beforePrevious[j - 2] + 1);
                }
            }
            int[] free = beforePrevious;
            beforePrevious = previous;
            previous = current;
            current = free;
        }
        return previous[other.length()];
    }

    private static boolean swapped(String one, int i, String other, int j) {
        return i > 1 && j > 1 && one.charAt(i - 1) == other.charAt(j - 2) && one.charAt(i - 2) == other.charAt(j - 1);
    }
}
