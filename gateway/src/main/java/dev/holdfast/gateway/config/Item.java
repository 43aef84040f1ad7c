package dev.holdfast.gateway.config;

/** What a mapping of the configuration may have in it. */
sealed interface Item permits Key, Section {

    /** The key as it stands in the file. */
    String name();

    /** Whether it must be there. */
    boolean required();

    /** One sentence for people. */
    String doc();
}
