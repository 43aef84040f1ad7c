package dev.holdfast.gateway;

import dev.holdfast.gateway.config.Adapters;
import dev.holdfast.gateway.config.GatewayConfig;
import dev.holdfast.gateway.config.TapConfig;
import dev.holdfast.sink.SinkConfigException;
import dev.holdfast.tap.Tap;
import dev.holdfast.tap.TapContext;
import dev.holdfast.tap.TapFactory;
import java.util.ArrayList;
import java.util.List;

/** Makes the taps of a configuration. */
public final class Taps {

    private Taps() {}

    /** The taps in their order. Does no I/O but reading the files that they name. */
    public static List<Tap> open(GatewayConfig config, Adapters adapters) {
        List<Tap> taps = new ArrayList<>();
        for (TapConfig tap : config.taps()) {
            TapFactory factory = adapters.taps().orElseThrow();
            try {
                taps.add(factory.open(tap.values(), new TapContext(config.gatewayId(), tap.name(), tap.topics())));
            } catch (SinkConfigException e) {
                throw new IllegalStateException("tap " + tap.name() + " was checked before", e);
            }
        }
        return taps;
    }
}
