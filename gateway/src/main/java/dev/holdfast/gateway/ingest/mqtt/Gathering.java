package dev.holdfast.gateway.ingest.mqtt;

import io.netty.channel.SelectStrategy;
import io.netty.util.IntSupplier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/**
 * How an event loop goes to sleep. A broker behind a gate writes each acknowledgement by itself, and to wake up for one
 * costs more than to read it. So while many are to come, and some have just come, the loop first lets them gather in the
 * sockets for a millisecond: then one read has many, one commit has many, and many leave for a device at once. A loop
 * that is busy all the time does not wait, nor one whose broker does not answer.
 *
 * <p>One for each event loop, whose thread calls all methods.
 */
final class Gathering implements SelectStrategy {

    /** With so many to come, the broker has enough to do meanwhile. */
    static final int MANY = 128;

    private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final LongConsumer pause;

    private int awaited;
    private boolean someCame;

    Gathering() {
        this(LockSupport::parkNanos);
    }

    /**
     * A loop that has nothing to wait for yet.
     *
     * @param pause waits for so many nanoseconds
     */
    Gathering(LongConsumer pause) {
        this.pause = pause;
    }

    /** Another answer of a broker is to come. */
    void await() {
        awaited++;
    }

    /** One of them has come. */
    void came() {
        awaited--;
        someCame = true;
    }

    /** So many will not come any more. */
    void giveUp(int answers) {
        awaited -= answers;
    }

    @Override
    public int calculateStrategy(IntSupplier ready, boolean hasTasks) throws Exception {
        if (hasTasks) {
            return ready.get();
        }
        if (awaited < MANY || !someCame) {
            return SELECT;
        }
        int events = ready.get();
        if (events == 0) {
            someCame = false;
            pause.accept(GATHER_NANOS);
            return SELECT;
        }
        return events;
    }
}
