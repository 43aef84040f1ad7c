package dev.holdfast.gateway.config;

import java.util.List;

/**
 * What the value of a key may be.
 *
 * @param allowed the values that are allowed, for people
 * @param words these values one by one when they can be listed, else empty
 * @param shape what the text of a value looks like
 * @param parser makes a value of the text in the file
 * @param <T> the value
 */
record Type<T>(String allowed, List<String> words, Shape shape, Parser<T> parser) {

    /** Makes a value of a text. */
    interface Parser<T> {

        T parse(String text) throws Refused;
    }

    /** A type of which only the parser knows what a value looks like. */
    Type(String allowed, List<String> words, Parser<T> parser) {
        this(allowed, words, Shape.TEXT, parser);
    }

    static <T> Type<T> of(String allowed, Parser<T> parser) {
        return new Type<>(allowed, List.of(), parser);
    }

    static <T> Type<T> of(String allowed, Shape shape, Parser<T> parser) {
        return new Type<>(allowed, List.of(), shape, parser);
    }

    /** Any of the given words. */
    static Type<String> oneOf(List<String> words) {
        return new Type<>(String.join(", ", words), words, text -> {
            if (!words.contains(text)) {
                throw new Refused("is not known");
            }
            return text;
        });
    }
}
