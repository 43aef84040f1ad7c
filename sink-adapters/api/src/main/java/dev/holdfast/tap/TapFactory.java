package dev.holdfast.tap;

import dev.holdfast.sink.Option;
import dev.holdfast.sink.SinkConfig;
import dev.holdfast.sink.SinkConfigException;
import java.util.List;

/** Makes taps. Found by {@link java.util.ServiceLoader}; has a public constructor without parameters. */
public interface TapFactory {

    /** The keys that the configuration of a tap may have beside its name and topics, in the order in which to document them. */
    List<Option> options();

    /**
     * Makes a tap. Checks the configuration as a whole, and reads the files that it names; asks nothing of the network, so
     * that {@code holdfast check} can call it.
     *
     * @param config values of {@link #options()}, each already checked by itself
     * @param context what the gateway tells the tap
     * @throws SinkConfigException if the values do not go together
     */
    Tap open(SinkConfig config, TapContext context) throws SinkConfigException;
}
