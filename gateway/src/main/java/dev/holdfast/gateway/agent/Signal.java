package dev.holdfast.gateway.agent;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Wakes the one thread that waits on it. A signal given while nobody waits is remembered, so it can't be missed; many of
 * them count as one. Giving a signal to a thread that is busy costs a volatile read.
 */
public final class Signal {

    private volatile boolean signalled;
    private volatile @Nullable Thread waiter;

    /** Wakes the waiting thread, or makes its next {@link #await} return at once. Any thread; never blocks. */
    public void signal() {
        if (!signalled) {
            signalled = true;
            Thread thread = waiter;
            if (thread != null) {
                LockSupport.unpark(thread);
            }
        }
    }

    /**
     * Waits for a signal, but not longer than the given time. One thread at a time.
     *
     * @param nanos the longest wait in nanoseconds; 0 not to wait
     * @return whether it was given
     */
    public boolean await(long nanos) {
        if (!signalled) {
            waiter = Thread.currentThread();
            if (!signalled) {
                LockSupport.parkNanos(this, nanos);
            }
            waiter = null;
        }
        boolean given = signalled;
        signalled = false;
        return given;
    }
}
