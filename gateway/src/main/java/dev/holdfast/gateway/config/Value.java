package dev.holdfast.gateway.config;

/**
 * The text of a single value, and how to speak of it.
 *
 * @param text the text
 * @param shown what a message says in its place
 * @param hidden whether nothing may be said that was derived from the text
 */
record Value(String text, String shown, boolean hidden) {

    @Override
    public String toString() {
        return shown;
    }
}
