package dev.holdfast.gateway.simulation;

import dev.holdfast.gateway.journal.MemoryStore;
import dev.holdfast.gateway.journal.Store;
import dev.holdfast.gateway.journal.StoreException;
import dev.holdfast.gateway.journal.StoreFullException;
import dev.holdfast.gateway.journal.StoreSpace;
import java.util.ArrayList;
import java.util.List;
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

    /** What the engine gives up to go on from a full disk. */
    private static final int RESERVE_BYTES = 2_000;

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

    /** What has become durable since it was asked for. */
    private List<RecordingWriter.Entry> appended = new ArrayList<>();

    /** A commit found no space, and none has found any since. */
    private boolean full;

    private long capacityBytes = Long.MAX_VALUE;
    private boolean landing;
    private boolean reserved = true;

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
        limit(Long.MAX_VALUE, false);
    }

    void failReads(boolean failing) {
        failingReads = failing;
    }

    boolean isFailingReads() {
        return failingReads;
    }

    /** How many reads have failed. */
    int failedReads() {
        return failedReads;
    }

    /** What was appended durably since the last call. */
    List<RecordingWriter.Entry> takeAppended() {
        List<RecordingWriter.Entry> taken = appended;
        appended = new ArrayList<>();
        return taken;
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
        List<RecordingWriter.Entry> staged = new ArrayList<>();
        try {
            disk.commit(tx -> {
                RecordingWriter recording = new RecordingWriter(tx);
                work.accept(recording);
                staged.addAll(recording.appended());
            });
            full = false;
            appended.addAll(staged);
        } catch (StoreFullException e) {
            full = true;
            appended.addAll(landing ? staged : List.of());
            throw e;
        } finally {
            commits++;
        }
    }

    private StoreException failure() {
        broken = true;
        return new StoreException("simulated I/O error");
    }

    /**
     * Makes the disk so large.
     *
     * @param bytes of keys and values
     * @param landing whether a commit that finds it full is on it all the same
     */
    void limit(long bytes, boolean landing) {
        this.capacityBytes = bytes;
        this.landing = landing;
        applyLimit();
    }

    private void applyLimit() {
        boolean limited = capacityBytes != Long.MAX_VALUE;
        disk.limit(limited && !reserved ? capacityBytes + RESERVE_BYTES : capacityBytes, landing);
    }

    /** Whether a commit waits for space. */
    boolean isFull() {
        return full;
    }

    @Override
    public void reopen() {
        reserved = false;
        applyLimit();
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
        StoreSpace space = disk.space();
        if (!reserved && space.usedBytes() <= capacityBytes) {
            reserved = true;
            applyLimit();
        }
        return new StoreSpace(space.usedBytes(), space.freeBytes(), reserved);
    }

    @Override
    public void close() {
        broken = true;
    }
}
