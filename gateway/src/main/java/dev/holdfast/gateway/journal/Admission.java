package dev.holdfast.gateway.journal;

/** Whether a lane takes a message now. */
public enum Admission {
    /** It does. */
    TAKE,
    /** Not now: the publisher is to be made to wait; see {@link Intake#onRoom}. */
    WAIT,
    /** It does not, and the publisher is to be told. */
    REFUSE
}
