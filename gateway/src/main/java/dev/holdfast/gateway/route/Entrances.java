package dev.holdfast.gateway.route;

import dev.holdfast.gateway.journal.Origin;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where messages came in: only at the named entrances, or everywhere but there. Immutable.
 *
 * <p>An entrance is called by the name of its tap, or else by its kind, such as {@code front-door} or {@code gate}.
 */
public final class Entrances {

    /** All of them. */
    public static final Entrances ALL = new Entrances(false, Set.of());

    private final boolean only;
    private final Set<String> names;

    private Entrances(boolean only, Set<String> names) {
        this.only = only;
        this.names = Set.copyOf(names);
    }

    /** The named ones. */
    public static Entrances only(Set<String> names) {
        return new Entrances(true, names);
    }

    /** All but the named ones. */
    public static Entrances allBut(Set<String> names) {
        return new Entrances(false, names);
    }

    boolean isAll() {
        return !only && names.isEmpty();
    }

    boolean has(Origin origin) {
        return isAll() || names.contains(name(origin)) == only;
    }

    private static String name(Origin origin) {
        return switch (origin.source()) {
            case FRONT_DOOR -> "front-door";
            case GATE -> "gate";
            case TAP -> origin.name();
            case HTTP -> "http";
            case GATEWAY -> "gateway";
        };
    }

    /** For a fingerprint: always the same for the same entrances, empty for all. */
    @Override
    public String toString() {
        return isAll() ? "" : (only ? "from" : "not from") + new TreeSet<>(names);
    }
}
