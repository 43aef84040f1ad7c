package dev.holdfast.gateway.ingest.tap;

/** What a tap is doing. */
public enum TapState {
    /** The link is being brought up. */
    CONNECTING,
    /** The link is up; messages come in. */
    SUBSCRIBED,
    /** The link was lost or could not be had; the tap waits before it tries again. */
    RETRYING,
    /** The broker refuses us; the tap waits longer, shows why, and tries again. People must mend it. */
    PAUSED,
    /** The agent has ended. */
    STOPPED
}
