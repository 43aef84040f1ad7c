package dev.holdfast.gateway.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Gathers what is wrong with one text, so that all of it is reported at once. */
final class Problems {

    /** Nobody reads more, and a broken file must not fill a disk with its own log. */
    private static final int MAX_KEPT = 100;

    private record Found(Place place, String message, String hint) {}

    private final List<Found> found = new ArrayList<>();
    private int more;

    void add(Place place, String message) {
        add(place, message, "");
    }

    void add(Place place, String message, String hint) {
        if (found.size() < MAX_KEPT) {
            found.add(new Found(place, message, hint.stripTrailing()));
        } else {
            more++;
        }
    }

    /** How many there are so far. */
    int count() {
        return found.size() + more;
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    /**
     * Ends here if there was any problem.
     *
     * @throws ConfigException with all of them in the order of the text
     */
    void throwIfAny(Excerpts excerpts) {
        if (found.isEmpty()) {
            return;
        }
        List<Problem> problems = new ArrayList<>();
        found.stream()
                .sorted(Comparator.comparing(Found::place))
                .forEach(one -> problems.add(excerpts.problem(one.place(), one.message(), one.hint())));
        if (more > 0) {
            problems.add(excerpts.problem(Place.WHOLE, more + " more are not shown", ""));
        }
        throw new ConfigException(problems);
    }
}
