package dev.holdfast.sink;

import java.util.List;

/** Makes the sinks of one type. Found by {@link java.util.ServiceLoader}; has a public constructor without parameters. */
public interface SinkFactory {

    /** The type by which the configuration names it, such as {@code mqtt}. */
    String type();

    /** The keys that its configuration may have beside {@code type}, in the order in which to document them. */
    List<Option> options();

    /**
     * Makes a sink. Checks the configuration as a whole, and reads the files that it names; asks nothing of the network,
     * so that {@code holdfast check} can call it.
     *
     * @param config values of {@link #options()}, each already checked by itself
     * @param context what the gateway tells the sink
     * @throws SinkConfigException if the values do not go together
     */
    Sink open(SinkConfig config, SinkContext context) throws SinkConfigException;
}
