package dev.holdfast.sink;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A key of a sink's configuration.
 *
 * @param name the key
 * @param kind what its value must be
 * @param required whether it must be there
 * @param defaultValue what it is when it is not there, as it would stand in the file; null for nothing
 * @param allowed the values that are allowed; empty for all of the kind
 * @param secret whether its value is never to be shown
 * @param list whether it may have several values, as a list; a single one may stand there without brackets
 * @param doc one sentence for people
 */
public record Option(
        String name,
        Kind kind,
        boolean required,
        @Nullable String defaultValue,
        List<String> allowed,
        boolean secret,
        boolean list,
        String doc) {

    /** What a value must be. */
    public enum Kind {
        /** Any text. */
        TEXT,
        /** A whole number, 0 or greater. */
        NUMBER,
        /** true or false. */
        FLAG,
        /** An amount of time such as 30s or 5m. */
        DURATION
    }

    /** Copies the list. */
    public Option {
        allowed = List.copyOf(allowed);
    }

    /** A text that must be there. */
    public static Option required(String name, String doc) {
        return new Option(name, Kind.TEXT, true, null, List.of(), false, false, doc);
    }

    /** One or more texts, of which there must be one. */
    public static Option oneOrMore(String name, String doc) {
        return new Option(name, Kind.TEXT, true, null, List.of(), false, true, doc);
    }

    /** A text that may be left out. */
    public static Option optional(String name, String doc) {
        return new Option(name, Kind.TEXT, false, null, List.of(), false, false, doc);
    }

    /** A text that may be left out and is never shown. */
    public static Option secret(String name, String doc) {
        return new Option(name, Kind.TEXT, false, null, List.of(), true, false, doc);
    }

    /** A value of the given kind with a default. */
    public static Option withDefault(String name, Kind kind, String defaultValue, String doc) {
        return new Option(name, kind, false, defaultValue, List.of(), false, false, doc);
    }

    /** One of several words, with a default. */
    public static Option oneOf(String name, List<String> allowed, String defaultValue, String doc) {
        return new Option(name, Kind.TEXT, false, defaultValue, allowed, false, false, doc);
    }
}
