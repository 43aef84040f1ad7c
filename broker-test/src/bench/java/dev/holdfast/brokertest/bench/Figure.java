package dev.holdfast.brokertest.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * One line of the results.
 *
 * @param what what was measured
 * @param measured the measured value as text, with its unit
 * @param reference what it is compared with, as text; empty when with nothing
 * @param value the number that is judged
 * @param unit its unit; "×" for a ratio
 * @param lowest the lowest of the rounds
 * @param highest the highest of the rounds
 * @param target what it should be; null when it is only reported
 */
record Figure(
        String what,
        String measured,
        String reference,
        double value,
        String unit,
        double lowest,
        double highest,
        @Nullable Target target) {

    /**
     * What a value should be.
     *
     * @param limit the limit
     * @param atLeast whether it is the lower one
     */
    record Target(double limit, boolean atLeast) {

        static Target atLeast(double limit) {
            return new Target(limit, true);
        }

        static Target atMost(double limit) {
            return new Target(limit, false);
        }

        /** How far beyond the limit a value may be in the short form, which shares its machine with a build. */
        private static final double QUICK_TOLERANCE = 0.6;

        boolean met(double value, boolean quick) {
            double tolerance = quick ? QUICK_TOLERANCE : 1;
            return atLeast ? value >= limit * tolerance : value <= limit / tolerance;
        }

        String text(String unit) {
            return (atLeast ? "≥ " : "≤ ") + number(limit) + suffix(unit);
        }
    }

    /** A single value. */
    static Figure of(String what, String measured, double value, String unit, @Nullable Target target) {
        return new Figure(what, measured, "", value, unit, value, value, target);
    }

    /** A rate that is judged by its ratio to that of the reference in the same rounds. */
    static Figure ratio(String what, Rounds.Result result, String reference, @Nullable Target target) {
        return new Figure(
                what,
                rate(result.subject()),
                reference + " " + rate(result.reference()),
                result.ratio(),
                "×",
                result.lowest(),
                result.highest(),
                target);
    }

    /**
     * Values of rounds that took turns, judged by the ratio of their medians.
     *
     * @param text how such a value is written
     */
    static Figure beside(
            String what,
            List<Double> subject,
            String reference,
            List<Double> ofReference,
            DoubleFunction<String> text,
            @Nullable Target target) {
        double other = Rounds.median(ofReference);
        return ofRounds(
                what,
                text.apply(Rounds.median(subject)),
                reference + " " + text.apply(other),
                subject.stream().mapToDouble(value -> value / other).toArray(),
                target);
    }

    /** Ratios of rounds, judged by their median. */
    static Figure ofRounds(String what, String measured, String reference, double[] ratios, @Nullable Target target) {
        double[] sorted = ratios.clone();
        Arrays.sort(sorted);
        return new Figure(
                what, measured, reference, Rounds.median(sorted), "×", sorted[0], sorted[sorted.length - 1], target);
    }

    static String millis(double millis) {
        return String.format(Locale.ROOT, millis < 10 ? "%.2f ms" : "%.1f ms", millis);
    }

    static String rate(double perSecond) {
        return String.format(Locale.ROOT, "%,.0f/s", perSecond);
    }

    private static String number(double value) {
        double size = Math.abs(value);
        String format = size >= 1_000 ? "%,.0f" : size >= 20 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, format, value);
    }

    private static String suffix(String unit) {
        return unit.equals("×") || unit.isEmpty() ? "" : " " + unit;
    }

    boolean met(boolean quick) {
        Target wanted = target;
        return wanted == null || wanted.met(value, quick);
    }

    /** A line of a Markdown table. */
    String markdown(boolean quick) {
        Target wanted = target;
        String spread = lowest == highest ? "" : " (" + number(lowest) + "–" + number(highest) + ")";
        String verdict = wanted == null ? "" : wanted.text(unit) + (met(quick) ? "" : " **missed**");
        return "| %s | %s | %s | %s%s%s | %s |"
                .formatted(what, measured, reference, number(value), suffix(unit), spread, verdict);
    }
}
