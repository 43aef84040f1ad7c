package dev.holdfast.brokertest.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * Rounds that take turns: reference, subjects, reference, subjects …, reference. What a subject reached is divided by the
 * mean of the references before and after it, so that a disk or a neighbour that changes its mood changes it for both. A
 * first round of everything warms up and is thrown away.
 */
final class Rounds {

    /**
     * What came out, as medians over the rounds.
     *
     * @param subject rate of the subject
     * @param reference rate of the reference
     * @param ratio of the two within a round
     * @param lowest lowest ratio
     * @param highest highest ratio
     */
    record Result(double subject, double reference, double ratio, double lowest, double highest) {}

    private Rounds() {}

    static Result run(int rounds, DoubleSupplier reference, DoubleSupplier subject) {
        return run(rounds, reference, List.of(subject)).get(0);
    }

    static List<Result> run(int rounds, DoubleSupplier reference, List<DoubleSupplier> subjects) {
        double[] references = new double[rounds + 1];
        double[][] rates = new double[subjects.size()][rounds];
        for (int round = -1; round < rounds; round++) { // the first one warms up
            for (int i = 0; i < rates.length; i++) {
                double rate = subjects.get(i).getAsDouble();
                if (round >= 0) {
                    rates[i][round] = rate;
                }
            }
            references[round + 1] = reference.getAsDouble();
        }
        List<Result> results = new ArrayList<>();
        for (double[] subject : rates) {
            results.add(result(subject, references));
        }
        return results;
    }

    private static Result result(double[] subject, double[] references) {
        double[] ratios = new double[subject.length];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = 2 * subject[i] / (references[i] + references[i + 1]);
        }
        double middle = median(ratios); // sorts
        return new Result(median(subject), median(references), middle, ratios[0], ratios[ratios.length - 1]);
    }

    static double median(List<Double> values) {
        return median(values.stream().mapToDouble(value -> value).toArray());
    }

    /** The median; sorts the values. */
    static double median(double[] values) {
        Arrays.sort(values);
        int half = values.length / 2;
        return values.length % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
    }
}
