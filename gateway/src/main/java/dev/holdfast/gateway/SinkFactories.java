package dev.holdfast.gateway;

import dev.holdfast.sink.SinkFactory;
import java.util.List;
import java.util.ServiceLoader;

/** The adapters that are on the class path. */
public final class SinkFactories {

    private SinkFactories() {}

    /** All of them. */
    public static List<SinkFactory> load() {
        return ServiceLoader.load(SinkFactory.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }
}
