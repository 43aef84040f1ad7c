package dev.holdfast.brokertest.bench;

/** A queue with a steady flow through it: appended and removed is the same number, behind a backlog. */
interface Flow extends AutoCloseable {

    /** How many messages are behind the writer while the flow is steady. */
    long BACKLOG = 50_000;

    /** What the backlog must never exceed. */
    long MAX_BACKLOG = 100_000;

    /** Bytes that a reader takes at once, as a route of the gateway does. */
    int READ_BYTES = 512 << 10;

    /** Sends so many messages through in batches; gives messages per second, by the time until the last is durable. */
    double run(long messages);

    /** Takes out all that is left; gives messages per second. Fails if not every message came out once and in order. */
    double drain();

    @Override
    void close();
}
