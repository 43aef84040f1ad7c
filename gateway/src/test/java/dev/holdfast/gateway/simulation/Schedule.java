package dev.holdfast.gateway.simulation;

import java.util.EnumMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Draws actions. Each seed has its own taste: what happens often, and which faults never. */
final class Schedule {

    private final RandomGenerator random;
    private final Map<Action, Integer> weights = new EnumMap<>(Action.class);
    private int sum;

    Schedule(RandomGenerator random) {
        this.random = random;
        for (Action action : Action.values()) {
            boolean never = action.isFault && random.nextInt(3) == 0;
            int weight = never ? 0 : action.weight * (1 + random.nextInt(4)) / 2;
            weights.put(action, weight);
            sum += weight;
        }
    }

    Action next() {
        int dice = random.nextInt(sum);
        for (Map.Entry<Action, Integer> weight : weights.entrySet()) {
            dice -= weight.getValue();
            if (dice < 0) {
                return weight.getKey();
            }
        }
        throw new AssertionError("weights do not sum up to " + sum);
    }
}
