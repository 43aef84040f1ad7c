package dev.holdfast.gateway.config;

import java.util.List;
import java.util.Map;

/** A part of the configuration as it takes effect, fit to be shown. */
sealed interface Setting {

    /**
     * A single value.
     *
     * @param text as it may be shown
     * @param literal whether it is a number or true or false, and not text
     * @param origin where it comes from, for people
     */
    record Single(String text, boolean literal, String origin) implements Setting {}

    /**
     * A list.
     *
     * @param items its elements
     * @param origin where it comes from, for people
     */
    record Many(List<Setting> items, String origin) implements Setting {}

    /**
     * A mapping.
     *
     * @param entries by key
     */
    record Group(Map<String, Setting> entries) implements Setting {}
}
