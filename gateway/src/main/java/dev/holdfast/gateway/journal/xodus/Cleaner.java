package dev.holdfast.gateway.journal.xodus;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import jetbrains.exodus.core.execution.Job;
import jetbrains.exodus.core.execution.JobProcessorAdapter;
import jetbrains.exodus.env.EnvironmentImpl;
import jetbrains.exodus.env.ReadWriteTransaction;
import jetbrains.exodus.env.ReadonlyTransactionException;
import jetbrains.exodus.env.StoreImpl;
import jetbrains.exodus.env.TransactionAcquireTimeoutException;
import jetbrains.exodus.gc.UtilizationProfile;
import jetbrains.exodus.io.RemoveBlockType;
import jetbrains.exodus.log.Log;
import jetbrains.exodus.log.Loggable;
import jetbrains.exodus.log.LoggableIterator;
import jetbrains.exodus.log.RandomAccessLoggable;
import org.jspecify.annotations.Nullable;

/**
 * Moves what still lives in files that are mostly dead to the end of the log, and deletes those files.
 *
 * <p>Xodus's own cleaner does a whole file in one transaction, some files when they are quick. That takes 40 to 60 ms for a
 * file with ten thousand commits, in which no other commit can be made. Here a turn is a part of that, and a commit that
 * waits comes next. This is sound as nothing in a file comes to life again: what a transaction writes refers to what is
 * new, and to what was referred to before. So what was moved stays moved, whatever is committed between two turns.
 *
 * <p>A file is deleted when its last turn is synced, no transaction from before that is left, and half a second has
 * passed. Until then it counts as full; if the process ends before, the next one finds it empty and cleans it first.
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

    /** Records of the log that it looks at in a turn: those of some 500 small commits, which take a millisecond or two. */
    private static final int TURN_RECORDS = 4000;

    private final EnvironmentImpl environment;
    private final Log log;
    private final UtilizationProfile utilization;
    private final JobProcessorAdapter thread;
    private final int freePercent;
    private final Map<Integer, StoreImpl> tables = new HashMap<>();
    private final Set<Long> cleaned = new HashSet<>();

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

    /** From here on it deletes nothing, and a turn that has begun is its last. Any thread; does not wait. */
    void stop() {
        stopped = true;
    }

    @Override
    public String getName() {
        return "cleaner";
    }

    @Override
    protected void execute() {
        long pause = RETRY_MILLIS;
        try {
            pause = clean() ? REST_MILLIS : LOOK_MILLIS;
        } finally {
            if (!stopped) {
                thread.queueIn(this, pause);
            }
        }
    }

    /** Comes to the end of one file at least; false if there is none to clean, or it can't be done now. */
    private boolean clean() {
        utilization.estimateTotalBytes$xodus_environment();
        if (utilization.totalFreeSpacePercent$xodus_environment() <= freePercent) {
            return false;
        }
        Walk walk = new Walk(utilization.getFilesSortedByUtilization$xodus_environment(log.getHighFileAddress()));
        List<Long> dead = List.of();
        while (dead.isEmpty()) {
            ReadWriteTransaction txn = walk.isUnderWay() ? begin() : null;
            if (txn == null) {
                return false;
            }
            dead = turn(walk, txn);
            // an engine that is given up writes nothing, and does not fail: what it was told may not be true
            if (stopped) {
                return false;
            }
        }
        toBeDeleted(dead);
        return true;
    }

    private @Nullable ReadWriteTransaction begin() {
        try {
            return environment.beginGCTransaction();
        } catch (TransactionAcquireTimeoutException | ReadonlyTransactionException e) {
            return null;
        }
    }

    private List<Long> turn(Walk walk, ReadWriteTransaction txn) {
        try {
            List<Long> dead = stopped ? List.of() : walk.reclaim(txn);
            // for a dead file in any case, so that the root that the next start finds is behind it
            if ((!dead.isEmpty() || !txn.isIdempotent()) && !txn.forceFlush()) {
                throw new IllegalStateException("an exclusive transaction was refused");
            }
            return dead;
        } finally {
            txn.abort();
        }
    }

    private void toBeDeleted(List<Long> files) {
        cleaned.addAll(files);
        for (long file : files) {
            log.clearFileFromLogCache(file, 0);
            utilization.resetFile$xodus_environment(file);
        }
        utilization.estimateTotalBytes$xodus_environment();
        utilization.setDirty(true);
        environment.executeTransactionSafeTask(() -> thread.queueIn(new Deletion(files), DELETE_MILLIS));
    }

    /** Where it is in the files that it goes through. */
    private final class Walk implements Iterator<RandomAccessLoggable> {

        private final Iterator<Long> files;
        private long file;
        private @Nullable LoggableIterator records;
        private int read;

        Walk(Iterator<Long> files) {
            this.files = files;
            nextFile();
        }

        private void nextFile() {
            records = null;
            while (records == null && files.hasNext()) {
                file = files.next();
                if (!cleaned.contains(file)) {
                    records = log.getLoggableIterator(file);
                }
            }
        }

        boolean isUnderWay() {
            return records != null;
        }

        /** Moves what lives until the turn is over; returns the files that it has come to the end of. */
        List<Long> reclaim(ReadWriteTransaction txn) {
            List<Long> ended = new ArrayList<>();
            read = 0;
            while (isUnderWay() && read < TURN_RECORDS) {
                RandomAccessLoggable record = hasNext() ? next() : null;
                if (record == null || record.getAddress() >= file + log.getFileLengthBound()) {
                    ended.add(file);
                    nextFile();
                } else {
                    reclaim(record, txn);
                }
            }
            return ended;
        }

        private void reclaim(RandomAccessLoggable record, ReadWriteTransaction txn) {
            int structure = record.getStructureId();
            // the tree of trees is written anew by every commit
            if (structure != Loggable.NO_STRUCTURE_ID && structure != EnvironmentImpl.META_TREE_ID) {
                // takes all up to the root of that tree
                tables.computeIfAbsent(structure, txn::openStoreByStructureId).reclaim(txn, record, this);
            }
        }

        @Override
        public boolean hasNext() {
            return records != null && records.hasNext();
        }

        @Override
        public RandomAccessLoggable next() {
            if (records == null) {
                throw new NoSuchElementException();
            }
            read++;
            return records.next();
        }
    }

    /** Of files in which nothing lives. */
    private final class Deletion extends Job {

        private final List<Long> files;

        Deletion(List<Long> files) {
            this.files = files;
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
            environment.flushAndSync();
            environment.removeFiles(files.stream().mapToLong(Long::longValue).toArray(), RemoveBlockType.Delete);
            files.forEach(cleaned::remove);
            files.forEach(utilization::removeFile$xodus_environment);
            utilization.estimateTotalBytes$xodus_environment();
        }
    }
}
