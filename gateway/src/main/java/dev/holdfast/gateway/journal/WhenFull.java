package dev.holdfast.gateway.journal;

/** What becomes of a message for a lane that is full. */
public enum WhenFull {
    /** It is not taken and not acknowledged: its publisher keeps it until there is room. */
    STALL,
    /** Its publisher is told that there is no room; where its protocol has no way to say so, as {@link #STALL}. */
    REFUSE,
    /** It is taken, and the oldest ones of the lane go; what of them was not delivered is recorded as a gap. */
    DROP_OLDEST
}
