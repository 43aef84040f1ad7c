package dev.holdfast.gateway.journal;

import dev.holdfast.gateway.time.Clock;
import java.time.Duration;

/** A clock that stands still until a test moves it. */
public final class ManualClock implements Clock {

    private volatile long nanos = 1_000_000_000L;
    private volatile long wallMillis = 1_700_000_000_000L;
    private volatile boolean synced;

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public long wallMillis() {
        return wallMillis;
    }

    @Override
    public boolean wallSynced() {
        return synced;
    }

    /** Lets time pass, on both clocks. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one test thread moves it
    public void advance(Duration time) {
        nanos += time.toNanos();
        wallMillis += time.toMillis();
    }

    /** Sets the wall clock, as NTP or a battery does. */
    public void setWall(long millis, boolean synchronised) {
        wallMillis = millis;
        synced = synchronised;
    }
}
