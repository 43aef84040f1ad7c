package dev.holdfast.gateway.journal.xodus;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import jetbrains.exodus.core.execution.Job;
import jetbrains.exodus.core.execution.JobProcessorAdapter;
import jetbrains.exodus.env.EnvironmentImpl;
import jetbrains.exodus.env.ReadWriteTransaction;
import jetbrains.exodus.env.StoreImpl;
import jetbrains.exodus.env.TransactionAcquireTimeoutException;
import jetbrains.exodus.gc.UtilizationProfile;
import jetbrains.exodus.io.RemoveBlockType;
import jetbrains.exodus.log.Log;
import jetbrains.exodus.log.Loggable;
import jetbrains.exodus.log.RandomAccessLoggable;

/**
 * Moves what still lives in files that are mostly dead to the end of the log, and deletes those files.
 *
 * <p>Xodus's own cleaner does a whole file in one transaction, some files when they are quick. That takes 40 to 60 ms for a
 * file with ten thousand commits, in which no other commit can be made. Here a turn is a part of that, and a commit that
 * waits comes next. This is sound as nothing in a file comes to life again: what a transaction writes refers to what is
 * new, and to what was referred to before. So what was moved stays moved, whatever is committed between two turns.
 *
 * <p>A file is deleted when its last turn is synced, no transaction from before that is left, and half a second has
 * passed. If the process ends before, the next one finds it empty and cleans it first.
 *
 * <p>Runs in the thread of Xodus's cleaner, which is suspended. What it throws goes to that thread's exception handler,
 * and it goes on with the same file from the beginning.
 */
final class Cleaner extends Job {

    private static final long START_MILLIS = 1000;
    private static final long LOOK_MILLIS = 100;
    private static final long REST_MILLIS = 1;
    private static final long RETRY_MILLIS = 1000;
    private static final long DELETE_MILLIS = 500;

    /** Records of the log that it looks at in a turn: those of some 500 small commits, which take 2 to 4 ms. */
    private static final int TURN_RECORDS = 4000;

    /** And so far it goes: what is moved is in the heap until the turn is over. */
    private static final long TURN_BYTES = 1 << 20;

    private final EnvironmentImpl environment;
    private final Log log;
    private final UtilizationProfile utilization;
    private final JobProcessorAdapter thread;
    private final int freePercent;
    private final Map<Integer, StoreImpl> tables = new HashMap<>();
    private final Set<Long> cleaned = new HashSet<>();

    private volatile boolean looked;
    private volatile boolean stopped;

    /**
     * Starts in a second.
     *
     * @param environment with its own cleaner enabled, which is suspended here
     */
    Cleaner(EnvironmentImpl environment) {
        this.environment = environment;
        this.log = environment.getLog();
        this.utilization = environment.getGC().getUtilizationProfile();
        this.thread = environment.getGC().getCleanerJobProcessor();
        this.freePercent = 100 - environment.getEnvironmentConfig().getGcMinUtilization();
        environment.suspendGC();
        thread.queueIn(this, START_MILLIS);
    }

    /** From here on it marks nothing for deletion, and a turn that has begun is its last. Any thread; does not wait. */
    void stop() {
        stopped = true;
    }

    /**
     * Has it look, as it does by itself, but not while a wall clock that was set back catches up. Not before its first look:
     * what Xodus may have to count after a crash comes first, and until then all files count as empty. Any thread.
     */
    void wake() {
        if (looked) {
            thread.queue(this);
        }
    }

    @Override
    public String getName() {
        return "cleaner";
    }

    @Override
    protected void execute() {
        looked = true;
        long pause = RETRY_MILLIS;
        try {
            pause = clean() ? REST_MILLIS : LOOK_MILLIS;
        } finally {
            if (!stopped) {
                thread.queueIn(this, pause);
            }
        }
    }

    /** Cleans the file with the least in it; false if so little of all files is free that none is cleaned. */
    private boolean clean() {
        utilization.estimateTotalBytes$xodus_environment();
        if (utilization.totalFreeSpacePercent$xodus_environment() <= freePercent) {
            return false;
        }
        Iterator<Long> files = utilization.getFilesSortedByUtilization$xodus_environment(log.getHighFileAddress());
        while (files.hasNext()) {
            long file = files.next();
            if (!cleaned.contains(file)) {
                clean(file);
                return true;
            }
        }
        return false;
    }

    private void clean(long file) {
        Walk walk = new Walk(file);
        while (!stopped && !walk.isOver()) {
            turn(walk);
        }
        // an engine that is given up syncs nothing, and does not fail: what was moved may not be on disk
        if (!stopped) {
            toBeDeleted(file);
        }
    }

    private void turn(Walk walk) {
        ReadWriteTransaction txn;
        try {
            txn = environment.beginGCTransaction();
        } catch (TransactionAcquireTimeoutException e) {
            return; // it has waited for a commit, for long, and waits again
        }
        try {
            walk.reclaim(txn);
            // At the end in any case: this alone moves the tree of trees, which such a transaction writes anew, whole,
            // and with it the root that the next start finds.
            if ((walk.isOver() || !txn.isIdempotent()) && !txn.forceFlush()) {
                throw new IllegalStateException("an exclusive transaction was refused");
            }
        } finally {
            txn.abort();
        }
    }

    private void toBeDeleted(long file) {
        cleaned.add(file);
        log.clearFileFromLogCache(file, 0);
        utilization.resetFile$xodus_environment(file);
        utilization.estimateTotalBytes$xodus_environment();
        utilization.setDirty(true);
        environment.executeTransactionSafeTask(() -> thread.queueIn(new Deletion(file), DELETE_MILLIS));
    }

    /** Through all that is in a file, a turn at a time. */
    private final class Walk implements Iterator<RandomAccessLoggable> {

        private final Iterator<RandomAccessLoggable> records;
        private final long end;
        private int read;
        private boolean over;

        Walk(long file) {
            this.records = log.getLoggableIterator(file);
            this.end = file + log.getFileLengthBound();
        }

        boolean isOver() {
            return over;
        }

        /** Moves what lives until the turn or the file is over. */
        void reclaim(ReadWriteTransaction txn) {
            read = 0;
            long turnEnds = 0;
            RandomAccessLoggable record;
            do {
                record = hasNext() ? next() : null;
                if (record == null || record.getAddress() >= end) {
                    over = true;
                    return;
                }
                turnEnds = turnEnds == 0 ? record.getAddress() + TURN_BYTES : turnEnds;
                int structure = record.getStructureId();
                if (structure != Loggable.NO_STRUCTURE_ID && structure != EnvironmentImpl.META_TREE_ID) {
                    // takes all up to the root of that tree, as one commit wrote it
                    tables.computeIfAbsent(structure, txn::openStoreByStructureId)
                            .reclaim(txn, record, this);
                }
            } while (read < TURN_RECORDS && record.getAddress() < turnEnds);
        }

        @Override
        public boolean hasNext() {
            return records.hasNext();
        }

        @Override
        public RandomAccessLoggable next() {
            read++;
            return records.next();
        }
    }

    /** Of one file, in which nothing lives. */
    private final class Deletion extends Job {

        private final long file;

        Deletion(long file) {
            this.file = file;
        }

        @Override
        public String getName() {
            return "deletion";
        }

        @Override
        protected void execute() {
            if (stopped) {
                return;
            }
            environment.flushAndSync(); // throws if anything failed to be written or synced before
            environment.removeFiles(new long[] {file}, RemoveBlockType.Delete);
            cleaned.remove(file);
            utilization.removeFile$xodus_environment(file);
            utilization.estimateTotalBytes$xodus_environment();
        }
    }
}
