package dev.holdfast.brokertest.bench;

import java.util.function.LongConsumer;

/** A broker beside which the gateway is measured, and whether all that it has acknowledged has come. */
final class Peer {

    private final String name;
    private final String url;
    private final LongConsumer received;
    private long acknowledged;

    /**
     * One that nothing was published to.
     *
     * @param name what people call it
     * @param received waits until so many messages have come, and fails when they don't
     */
    Peer(String name, String url, LongConsumer received) {
        this.name = name;
        this.url = url;
        this.received = received;
    }

    String name() {
        return name;
    }

    /** Publishes to it. */
    Load.Result run(Load load, String topic) {
        Load.Result result = load.run(url, topic);
        acknowledged += result.acknowledged();
        return result;
    }

    /** Fails unless all that it has ever acknowledged has come. */
    void checkReceived() {
        received.accept(acknowledged);
    }
}
