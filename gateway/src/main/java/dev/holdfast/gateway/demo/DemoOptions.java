package dev.holdfast.gateway.demo;

import java.nio.file.Path;
import java.util.List;

/**
 * How a demonstration is to be run.
 *
 * @param seconds how long the sensors publish
 * @param port where the gateway listens for them, 0 for any port that is free
 * @param directory an empty one for the store and the log, which stays
 * @param command what starts Holdfast, up to the sub-command
 */
public record DemoOptions(long seconds, int port, Path directory, List<String> command) {

    /** Copies the list. */
    public DemoOptions {
        command = List.copyOf(command);
    }
}
