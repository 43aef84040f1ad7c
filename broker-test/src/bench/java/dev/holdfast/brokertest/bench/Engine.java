package dev.holdfast.brokertest.bench;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Another storage engine, set up as a durable queue as its makers advise. One thread commits, another one reads. */
interface Engine extends AutoCloseable {

    /**
     * Makes messages durable, and with them how far the reader has come.
     *
     * @param first number of the first message
     * @param messages the messages
     * @param settled how far the reader has come; null when that is not due
     */
    void commit(long first, List<byte[]> messages, @Nullable Settled settled);

    /**
     * What the reader has settled since the last time.
     *
     * @param from the first message that is still there and may go
     * @param to the first that stays
     */
    record Settled(long from, long to) {}

    /** Reads messages in order from the given number on, some {@link Flow#READ_BYTES} at once. */
    void read(long from, Consumer<byte[]> visitor);

    /** How many messages are stored. */
    long stored();

    @Override
    void close();
}
