package dev.holdfast.gateway.simulation;

import dev.holdfast.gateway.time.Clock;

/**
 * The clocks of a box whose wall clock is wrong until somebody sets it. True time is known to the simulation alone; a
 * wall clock that says that it is synchronised is right.
 */
final class SimulatedClock implements Clock {

    private static final long EPOCH_MILLIS = 1_700_000_000_000L;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private long trueNanos;
    private long bootedAtNanos;
    private long wrongByMillis;
    private boolean synced;

    @Override
    public long nanoTime() {
        return trueNanos - bootedAtNanos;
    }

    @Override
    public long wallMillis() {
        return EPOCH_MILLIS + trueMillis() + wrongByMillis;
    }

    @Override
    public boolean wallSynced() {
        return synced;
    }

    /** True time since the beginning of the simulation. */
    long trueMillis() {
        return trueNanos / NANOS_PER_MILLI;
    }

    long trueNanos() {
        return trueNanos;
    }

    void advanceNanos(long nanos) {
        trueNanos += nanos;
    }

    /**
     * The machine starts anew: its monotonic clock begins elsewhere.
     *
     * @param withoutBattery whether the wall clock stands at 1970 until it is set
     */
    void reboot(boolean withoutBattery) {
        bootedAtNanos = trueNanos;
        if (withoutBattery) {
            setWrongBy(-EPOCH_MILLIS - trueMillis());
        }
    }

    /** Somebody sets the wall clock, wrongly. */
    void setWrongBy(long millis) {
        wrongByMillis = millis;
        synced = false;
    }

    void synchronise() {
        wrongByMillis = 0;
        synced = true;
    }
}
