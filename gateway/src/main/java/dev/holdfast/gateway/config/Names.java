package dev.holdfast.gateway.config;

import java.util.HashMap;
import java.util.Map;

/** The names in a list, each of which may be there once. */
final class Names {

    private static final String KEY = "name";

    private final String kind;
    private final String dependent;
    private final Problems problems;
    private final Map<String, Place> places = new HashMap<>();

    /**
     * No names yet.
     *
     * @param kind of what they are names
     * @param dependent what hangs on a name
     */
    Names(String kind, String dependent, Problems problems) {
        this.kind = kind;
        this.dependent = dependent;
        this.problems = problems;
    }

    /** Takes the name of an element of the list, and reports it if an earlier one has it. */
    void add(String name, Fields element) {
        Place place = element.place(KEY).orElse(element.place());
        Place earlier = places.putIfAbsent(name, place);
        if (earlier != null) {
            problems.add(
                    place,
                    element.path(KEY) + " is the name of an earlier " + kind + " too, at",
                    earlier,
                    "each " + kind + " needs a name of its own: " + dependent + " hangs on it");
        }
    }
}
