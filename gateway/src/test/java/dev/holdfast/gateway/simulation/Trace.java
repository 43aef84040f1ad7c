package dev.holdfast.gateway.simulation;

import java.util.ArrayDeque;
import java.util.Deque;

/** The last things that happened, for people. Costs nothing unless it is on. */
final class Trace {

    private static final int MAX_LINES = 80;

    private final boolean on;
    private final SimulatedClock clock;
    private final Deque<String> lines = new ArrayDeque<>();

    Trace(boolean on, SimulatedClock clock) {
        this.on = on;
        this.clock = clock;
    }

    @SuppressWarnings("AnnotateFormatMethod") // its annotation would be another dependency
    void say(String what, Object... arguments) {
        if (on) {
            if (lines.size() == MAX_LINES) {
                lines.remove();
            }
            lines.add("%,12.3f s  ".formatted(clock.trueNanos() / 1e9) + what.formatted(arguments));
        }
    }

    @Override
    public String toString() {
        return String.join("\n", lines);
    }
}
