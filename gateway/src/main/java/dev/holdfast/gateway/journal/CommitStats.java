package dev.holdfast.gateway.journal;

import java.util.List;
import org.HdrHistogram.Histogram;

/** Counts what the committer does. Written by it alone, read by any thread. */
final class CommitStats {

    private static final int SIGNIFICANT_DIGITS = 2;

    private final Histogram micros = new Histogram(SIGNIFICANT_DIGITS);
    private volatile long commits;
    private volatile long messages;
    private volatile boolean failed;

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    void committed(long nanos, List<Append> batch) {
        long added = 0;
        for (Append append : batch) {
            for (Fragment fragment : append.fragments()) {
                added += fragment.count();
            }
        }
        commits++;
        messages += added;
        synchronized (micros) {
            micros.recordValue(Math.max(0, nanos / 1_000));
        }
    }

    void failed() {
        failed = true;
    }

    boolean hasFailed() {
        return failed;
    }

    JournalStats snapshot(long queuedBytes, StoreSpace space, int corruptChunks, long salvagedMessages) {
        synchronized (micros) {
            return new JournalStats(
                    commits,
                    messages,
                    queuedBytes,
                    space.usedBytes(),
                    space.freeBytes(),
                    micros.getValueAtPercentile(50),
                    micros.getValueAtPercentile(99),
                    micros.getMaxValue(),
                    corruptChunks,
                    salvagedMessages,
                    failed);
        }
    }
}
