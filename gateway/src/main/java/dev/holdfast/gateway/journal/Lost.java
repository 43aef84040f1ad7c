package dev.holdfast.gateway.journal;

/**
 * Messages that were durable once and are nowhere to be found any more.
 *
 * @param lane name of their lane
 * @param from sequence of the first
 * @param to sequence of the last
 */
public record Lost(String lane, long from, long to) {

    /** How many they are at most. */
    public long messages() {
        return to - from + 1;
    }
}
