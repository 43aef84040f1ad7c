package dev.holdfast.gateway.forward;

/** What a route is doing. */
public enum RouteState {
    /** The link is being brought up. */
    CONNECTING,
    /** The link is up; messages flow as they come. */
    DELIVERING,
    /** The link was lost or could not be had; the route waits before it tries again. */
    RETRYING,
    /** The other side refuses the route; it waits longer, shows why, and tries again. People must mend it. */
    PAUSED,
    /** The agent has ended. */
    STOPPED
}
