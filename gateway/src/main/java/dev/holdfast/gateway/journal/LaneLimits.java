package dev.holdfast.gateway.journal;

/**
 * How much, or how old, the messages of a lane may be.
 *
 * @param ageMillis how old, in gateway time; {@link #UNLIMITED} for any age
 * @param bytes how many bytes of topics, properties and payloads; {@link #UNLIMITED} for any
 * @param messages how many; {@link #UNLIMITED} for any
 */
public record LaneLimits(long ageMillis, long bytes, long messages) {

    /** No limit. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    /** Any age, size and number. */
    public static final LaneLimits NONE = new LaneLimits(UNLIMITED, UNLIMITED, UNLIMITED);

    /** Nothing at all. */
    public static final LaneLimits NOTHING = new LaneLimits(0, 0, 0);

    /** Checks that nothing is negative. */
    public LaneLimits {
        if (ageMillis < 0 || bytes < 0 || messages < 0) {
            throw new IllegalArgumentException("a limit must not be negative: age " + ageMillis + " ms, " + bytes
                    + " bytes, " + messages + " messages");
        }
    }
}
