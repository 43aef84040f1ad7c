package dev.holdfast.gateway.time;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The machine's clocks through the JDK.
 *
 * <p>The JDK cannot ask the kernel whether the wall clock is synchronised (adjtimex). systemd-timesyncd says so by a
 * file; where that service does not run, the wall clock counts as not synchronised, which costs only that the time a
 * box was powered off is not added to the ages of its messages.
 */
final class SystemClock implements Clock {

    static final SystemClock INSTANCE = new SystemClock();

    private static final Path SYNCHRONIZED = Path.of("/run/systemd/timesync/synchronized");

    private SystemClock() {}

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public long wallMillis() {
        return System.currentTimeMillis();
    }

    @Override
    public boolean wallSynced() {
        return Files.exists(SYNCHRONIZED);
    }
}
