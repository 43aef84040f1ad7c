package dev.holdfast.gateway.config;

import org.jspecify.annotations.Nullable;

/**
 * A key with a value, or with a list of values.
 *
 * @param name the key
 * @param type what its value, or each value of its list, may be
 * @param arity whether it has a value or a list
 * @param required whether it must be there
 * @param defaultText its value when it is not there, as it would stand in the file; null for none
 * @param secret whether its value is never to be shown
 * @param doc one sentence for people
 * @param <T> the value, or an element of the list
 */
record Key<T>(
        String name,
        Type<T> type,
        Arity arity,
        boolean required,
        @Nullable String defaultText,
        boolean secret,
        String doc)
        implements Item {

    /** How many values there may be. */
    enum Arity {
        /** One. */
        ONE,
        /** A list of them. */
        LIST,
        /** One, or a list of them. */
        ONE_OR_MORE
    }

    /** Whether it may have a list. */
    boolean list() {
        return arity != Arity.ONE;
    }

    /** Whether it may have a single value. */
    boolean single() {
        return arity != Arity.LIST;
    }

    static <T> Key<T> required(String name, Type<T> type, String doc) {
        return new Key<>(name, type, Arity.ONE, true, null, false, doc);
    }

    static <T> Key<T> requiredList(String name, Type<T> type, String doc) {
        return new Key<>(name, type, Arity.LIST, true, null, false, doc);
    }

    static <T> Key<T> optionalList(String name, Type<T> type, String doc) {
        return new Key<>(name, type, Arity.LIST, false, null, false, doc);
    }

    static <T> Key<T> optional(String name, Type<T> type, String doc) {
        return new Key<>(name, type, Arity.ONE, false, null, false, doc);
    }

    static <T> Key<T> withDefault(String name, Type<T> type, String defaultText, String doc) {
        return new Key<>(name, type, Arity.ONE, false, defaultText, false, doc);
    }

    /** The same with another type of value. */
    <U> Key<U> as(Type<U> other) {
        return new Key<>(name, other, arity, required, defaultText, secret, doc);
    }

    /**
     * The value when the key is not there.
     *
     * @throws IllegalStateException if there is none, or if it is not of the type
     */
    T defaultValue() {
        if (defaultText == null) {
            throw new IllegalStateException(name + " has no default");
        }
        try {
            return type.parser().parse(defaultText);
        } catch (Refused e) {
            throw new IllegalStateException("the default of " + name + " " + e.getMessage(), e);
        }
    }
}
