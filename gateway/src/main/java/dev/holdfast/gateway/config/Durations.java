package dev.holdfast.gateway.config;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Amounts of time as they are written in a configuration: {@code 250ms}, {@code 30s}, {@code 7d}. */
final class Durations {

    /** What one looks like. */
    static final String SHAPE = "[0-9]+ ?(ms|s|m|h|d)";

    /** A hundred years: whoever counts it in nanoseconds stays within a long. */
    private static final long MAX_MILLIS = Duration.ofDays(36_500).toMillis();

    private static final Pattern PATTERN = Pattern.compile("([0-9]+) ?([a-z]*)");

    private Durations() {}

    static Duration parse(String text) throws Refused {
        Matcher matcher = PATTERN.matcher(text);
        if (!matcher.matches()) {
            throw new Refused("is not an amount of time");
        }
        long unitMillis = unitMillis(matcher.group(2));
        try {
            long millis = Math.multiplyExact(Long.parseLong(matcher.group(1)), unitMillis);
            if (millis <= MAX_MILLIS) {
                return Duration.ofMillis(millis);
            }
        } catch (ArithmeticException | NumberFormatException e) {
            // beyond a long is beyond the limit too
        }
        throw new Refused("is too long");
    }

    private static long unitMillis(String unit) throws Refused {
        return switch (unit) {
            case "ms" -> 1;
            case "s" -> 1_000;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            case "d" -> 86_400_000;
            case "" -> throw new Refused("has no unit");
            default -> throw new Refused("has a unit that is not known");
        };
    }
}
