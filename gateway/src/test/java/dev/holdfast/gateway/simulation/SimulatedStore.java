package dev.holdfast.gateway.simulation;

import dev.holdfast.gateway.journal.MemoryStore;
import dev.holdfast.gateway.journal.Store;
import dev.holdfast.gateway.journal.StoreException;
import dev.holdfast.gateway.journal.StoreSpace;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The store of one run of the gateway. The disk under it survives the run with what was synced, and with nothing else.
 * A commit can be made to end the process, or to fail, at any of its points.
 */
final class SimulatedStore implements Store {

    /** What happens to a commit. */
    enum Fault {
        /** The process ends before it begins. */
        CUT_BEFORE,
        /** The process ends in the middle: nothing of it is there. */
        CUT_DURING,
        /** The process ends when it is durable, before anybody is told. */
        CUT_AFTER,
        /** It fails, and nothing of it is there. */
        FAIL,
        /** It fails, and nothing of it is on disk, but readers see it until the process ends. */
        FAIL_AND_SHOW,
        /** It fails, and is on disk all the same. */
        FAIL_AND_LAND
    }

    private final MemoryStore disk;
    private final boolean forgetful;
    private MemoryStore beforeLastCommit;
    private @Nullable MemoryStore shown;
    private @Nullable Fault fault;
    private int commitsBeforeFault;
    private boolean failingReads;
    private int failedReads;
    private boolean broken;
    private int commits;

    /**
     * A store on a disk.
     *
     * @param forgetful whether it is broken: its last commit before a crash is not on disk
     */
    SimulatedStore(MemoryStore disk, boolean forgetful) {
        this.disk = disk;
        this.forgetful = forgetful;
        this.beforeLastCommit = disk;
    }

    /** The disk as the next run finds it. */
    MemoryStore afterCrash() {
        return (forgetful ? beforeLastCommit : disk).afterCrash();
    }

    /** Whether a commit was made to fail. */
    boolean hasFailed() {
        return broken;
    }

    /** Plans a fault for the commit after so many others. */
    void plan(Fault what, int commitsBefore) {
        fault = what;
        commitsBeforeFault = commitsBefore;
    }

    /** Nothing bad happens any more. */
    void heal() {
        fault = null;
        failingReads = false;
    }

    void failReads(boolean failing) {
        failingReads = failing;
    }

    /** How many reads have failed. */
    int failedReads() {
        return failedReads;
    }

    /** How often the disk has changed. */
    int commits() {
        return commits;
    }

    @Override
    public void commit(Consumer<Writer> work) {
        check();
        Fault now = takeFault();
        if (now == null) {
            commitToDisk(work);
            return;
        }
        switch (now) {
            case CUT_BEFORE -> throw new PowerCut("before a commit");
            case CUT_DURING ->
                disk.commit(tx -> {
                    work.accept(tx);
                    throw new PowerCut("during a commit");
                });
            case CUT_AFTER -> {
                commitToDisk(work);
                throw new PowerCut("after a commit");
            }
            case FAIL -> throw failure();
            case FAIL_AND_SHOW -> {
                MemoryStore visible = disk.afterCrash();
                visible.commit(work);
                shown = visible;
                throw failure();
            }
            case FAIL_AND_LAND -> {
                commitToDisk(work);
                throw failure();
            }
        }
    }

    private @Nullable Fault takeFault() {
        Fault planned = fault;
        if (planned == null || commitsBeforeFault-- > 0) {
            return null;
        }
        fault = null;
        return planned;
    }

    private void commitToDisk(Consumer<Writer> work) {
        if (forgetful) {
            beforeLastCommit = disk.afterCrash();
        }
        disk.commit(work);
        commits++;
    }

    private StoreException failure() {
        broken = true;
        return new StoreException("simulated I/O error");
    }

    @Override
    public void reopen() {
        disk.reopen();
    }

    @Override
    public <T extends @Nullable Object> T read(Function<Reader, T> work) {
        if (failingReads) {
            failedReads++;
            throw new StoreException("simulated bad sector");
        }
        MemoryStore visible = shown;
        return visible == null ? disk.read(work) : visible.read(work);
    }

    @Override
    public void check() {
        if (broken) {
            throw new StoreException("the store was used after it failed");
        }
    }

    @Override
    public StoreSpace space() {
        return disk.space();
    }

    @Override
    public void close() {
        broken = true;
    }
}
