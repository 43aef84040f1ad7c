package dev.holdfast.gateway.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Gathers what is wrong with a configuration, so that all of it is reported at once. */
final class Problems {

    /** Nobody reads more, and a broken file must not fill a disk with its own log. */
    private static final int MAX_KEPT = 100;

    /** Something wrong; the other place, if there is one, ends its message. */
    private record Found(Place place, String message, Optional<Place> other, String hint) {}

    private final List<Found> found = new ArrayList<>();
    private int more;

    void add(Place place, String message) {
        add(place, message, "");
    }

    void add(Place place, String message, String hint) {
        add(new Found(place, message, Optional.empty(), hint));
    }

    /** Adds what is wrong because of what stands at another place. */
    void add(Place place, String message, Place other, String hint) {
        add(new Found(place, message, Optional.of(other), hint));
    }

    private void add(Found one) {
        if (found.size() < MAX_KEPT) {
            found.add(one);
        } else {
            more++;
        }
    }

    /** Adds what was found in a text that was looked at alone and is the one of that number. */
    void addAll(Problems ofText, int source) {
        for (Found one : ofText.found) {
            add(new Found(one.place().in(source), one.message(), one.other(), one.hint()));
        }
        more += ofText.more;
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
     * @throws ConfigException with all of them in the order of the texts
     */
    void throwIfAny(Sources sources) {
        if (found.isEmpty()) {
            return;
        }
        List<Problem> problems = new ArrayList<>();
        found.stream().sorted(Comparator.comparing(Found::place)).forEach(one -> {
            String other = one.other().map(place -> " " + sources.where(place)).orElse("");
            problems.add(sources.problem(
                    one.place(), one.message() + other, one.hint().stripTrailing()));
        });
        if (more > 0) {
            problems.add(sources.problem(Place.WHOLE, more + " more are not shown", ""));
        }
        throw new ConfigException(problems);
    }
}
