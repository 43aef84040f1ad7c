package dev.holdfast.gateway.forward;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a route is doing and what went wrong last; one log line for each change. Belongs to the route's agent. */
final class Health {

    private static final Logger LOG = LoggerFactory.getLogger(Forwarder.class);

    private final String route;
    private RouteState state = RouteState.CONNECTING;
    private String lastError = "";
    private String lastDeadLetter = "";

    Health(String route) {
        this.route = route;
    }

    void well() {
        lastError = "";
        change(RouteState.DELIVERING);
    }

    void unwell(RouteState how, String error) {
        lastError = error;
        change(how);
    }

    void putAside(String why) {
        lastDeadLetter = why;
    }

    void stopped() {
        state = RouteState.STOPPED;
    }

    private void change(RouteState to) {
        if (state == to) {
            return;
        }
        state = to;
        if (to == RouteState.DELIVERING) {
            LOG.info("route delivers route={}", route);
        } else {
            LOG.warn("route does not deliver route={} state={} why=\"{}\"", route, to, lastError);
        }
    }

    boolean isPaused() {
        return state == RouteState.PAUSED;
    }

    RouteState state() {
        return state;
    }

    String lastError() {
        return lastError;
    }

    String lastDeadLetter() {
        return lastDeadLetter;
    }
}
