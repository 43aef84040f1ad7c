package dev.holdfast.gateway.journal;

/** How a gap is told to those upstream: as a message of the gateway's own. Thread-safe. */
public interface GapNotice {

    /** Topic of the message. */
    Topic topic();

    /** Index of the lane that it goes to. */
    int lane();

    /** What it says. */
    byte[] payload(Gap gap);
}
