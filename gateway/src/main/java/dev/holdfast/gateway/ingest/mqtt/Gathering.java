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
 * that is busy all the time does not wait, nor one whose broker does not answer; and where a millisecond brings few, as from a
 * broker far away, it is tried again only now and then, as all that the loop serves waits meanwhile.
 *
 * <p>One for each event loop, whose thread calls all methods.
 */
final class Gathering implements SelectStrategy {

    /** With so many to come, the broker has enough to do meanwhile. */
    static final int MANY = 128;

    /** A pause that brings fewer was not worth it. */
    static final int FEW = 4;

    /** So often it goes to sleep at once behind one that was not. */
    static final int SKIPPED = 64;

    private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final LongConsumer pause;

    private int awaited;

    /** How many have come since it went to sleep. */
    private int came;

    private boolean paused;
    private int skip;

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
        came++;
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
        if (awaited < MANY || came == 0) {
            return SELECT;
        }
        int events = ready.get();
        if (events != 0) {
            return events;
        }
        if (paused && came < FEW) {
            skip = SKIPPED;
        }
        came = 0;
        paused = skip == 0;
        if (paused) {
            pause.accept(GATHER_NANOS);
        } else {
            skip--;
        }
        return SELECT;
    }
}
