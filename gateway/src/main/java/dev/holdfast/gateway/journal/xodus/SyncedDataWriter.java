package dev.holdfast.gateway.journal.xodus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicInteger;
import jetbrains.exodus.ExodusException;
import jetbrains.exodus.OutOfDiskSpaceException;
import jetbrains.exodus.env.EnvironmentClosedException;
import jetbrains.exodus.io.Block;
import jetbrains.exodus.io.FileDataReader;
import jetbrains.exodus.io.FileDataWriter;
import jetbrains.exodus.io.RemoveBlockType;
import jetbrains.exodus.log.LogUtil;
import org.jspecify.annotations.Nullable;

/**
 * Xodus's file writer with three of its habits mended, each of which would let an acknowledged message be lost:
 *
 * <ul>
 *   <li>An interrupt of the writing thread closes the channel, and the sync "succeeds" without having synced. Here a
 *       pending interrupt is held back, and a sync that is interrupted all the same is a failed sync.
 *   <li>After the first full file the directory is not synced any more, so a power cut can lose a new file whole. Here
 *       it is synced for each.
 *   <li>After a failed write or sync the environment carries on. Here the first failure is the last thing that happens:
 *       everything after it fails too, because after a failed fsync nobody knows what is on disk.
 * </ul>
 *
 * <p>Used by the committer and by the cleaner, one at a time under Xodus's commit lock.
 */
final class SyncedDataWriter extends FileDataWriter {

    /** So many between two probes, or less, are few: zeros ahead save nothing then. */
    private static final int FEW_SYNCS = 10;

    private static final String LOCK_FILE = "xd.lck";

    /** What Xodus writes into it; else it asks the JVM's management for the process, which takes longer than the rest. */
    private static final String LOCK_ID = "see " + DirectoryLock.FILE;

    private static final int MAX_CUTS = 64;
    private static final int MAX_CLEANER_FAILURES = 5;

    private final Path directory;
    private @Nullable FileChannel channel;
    private volatile @Nullable ZerosAhead ahead;
    private @Nullable Position written;
    private volatile @Nullable Position synced;
    private volatile @Nullable Throwable failure;
    private volatile boolean givenUp;
    private @Nullable Rescue rescue;
    private long protectedBelow;
    private int cuts;
    private final AtomicInteger cleanerFailures = new AtomicInteger();
    private volatile int syncs;
    private int probedAtSyncs;

    /** Whether there were few syncs between the last two probes. */
    private volatile boolean few;

    /**
     * A place in the log.
     *
     * @param file a file
     * @param length how far in it
     */
    record Position(Path file, long length) {}

    SyncedDataWriter(FileDataReader reader) {
        super(reader, LOCK_ID);
        this.directory = reader.getDir().toPath();
    }

    /** What went wrong first, or null. Any thread. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /**
     * The cleaner failed, of which Xodus would only log. One that fails again and again gives no space back any more.
     * Any thread.
     */
    void cleanerFailed(Throwable cause) {
        boolean closing = givenUp || cause instanceof EnvironmentClosedException;
        if (!closing && (NoSpace.isWhy(cause) || cleanerFailures.incrementAndGet() == MAX_CLEANER_FAILURES)) {
            failed(cause);
        }
    }

    /** How far the log is on disk, synced; null as long as nothing was written. */
    @Nullable
    Position syncedUpTo() {
        return synced;
    }

    /** From now on nothing is written or synced, and none of it fails: the way to close after a failure. */
    void giveUp() {
        givenUp = true;
    }

    /**
     * While Xodus opens the log, what it cuts off is copied aside before. It may do so only behind what is known to be
     * whole, and not root after root: when it finds none that it likes, it would cut off everything.
     */
    void opening(@Nullable Rescue guard) {
        rescue = guard;
    }

    private void checkCut(long address) {
        Rescue guard = rescue;
        if (guard == null) {
            return;
        }
        cuts++;
        if (cuts == 1) {
            try {
                guard.copyAside();
                protectedBelow = guard.protectedBelow();
            } catch (IOException e) {
                throw new UncheckedIOException(
                        "what Xodus wants to cut off at " + address + " can't be copied aside", e);
            }
        }
        if (protectedBelow > 0 && (address < protectedBelow || cuts > MAX_CUTS)) {
            throw new CutOffException(address);
        }
    }

    @Override
    public void removeBlock(long address, RemoveBlockType how) {
        checkCut(address);
        super.removeBlock(address, how);
    }

    @Override
    public void truncateBlock(long address, long length) {
        checkCut(address + length);
        super.truncateBlock(address, length);
    }

    /** Not an ExodusException, as Xodus would go on. */
    static final class CutOffException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private CutOffException(long address) {
            super("it wanted to cut the log off at " + address + ", before what is known to be whole");
        }
    }

    /** Xodus's own lock file tells who runs this and how: nobody else's business either. */
    @Override
    public boolean lock(long timeout) {
        try {
            OwnerOnly.createFile(directory.resolve(LOCK_FILE));
        } catch (IOException e) {
            throw failed(e);
        }
        return super.lock(timeout);
    }

    @Override
    public Block write(byte[] bytes, int offset, int length) {
        checkNotFailed();
        try {
            Block block = super.write(bytes, offset, length);
            Position before = written;
            if (before != null) {
                written = new Position(before.file(), before.length() + length);
            }
            return block;
        } catch (Throwable e) { // Kotlin throws IOException without declaring it
            throw failed(e);
        }
    }

    @Override
    protected FileDataReader.FileBlock openOrCreateBlockImpl(long address, long length) {
        checkNotFailed();
        try {
            OwnerOnly.createFile(directory.resolve(LogUtil.getLogFilename(address)));
            FileDataReader.FileBlock block = super.openOrCreateBlockImpl(address, length);
            FileChannel opened = FileChannel.open(block.toPath(), StandardOpenOption.WRITE);
            channel = opened;
            ahead = new ZerosAhead(opened, directory, length);
            written = new Position(block.toPath(), length);
            if (synced == null) {
                synced = written;
            }
            return block;
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one at a time, under Xodus's commit lock
    protected void syncImpl() {
        if (givenUp) {
            return;
        }
        checkNotFailed();
        FileChannel open = channel;
        Position end = written;
        ZerosAhead zeros = ahead;
        if (open != null && end != null && zeros != null) {
            boolean longer = uninterrupted(() -> zeros.beforeSync(end.length(), unsynced(end), few));
            force(open);
            if (longer) {
                confirm(end);
            }
            synced = end;
            syncs++;
        }
    }

    private long unsynced(Position end) {
        Position before = synced;
        return before != null && before.file().equals(end.file()) ? end.length() - before.length() : end.length();
    }

    /** Bytes that lie behind the log's end in its last file. Any thread. */
    long aheadBytes() {
        ZerosAhead zeros = ahead;
        Position end = written;
        return zeros == null || end == null ? 0 : Math.max(0, zeros.end() - end.length());
    }

    /**
     * Makes sure that a sync was one that made the file longer. Linux's ext4 and XFS can answer a sync with success although they gave up, because
     * of an error, while it was under way: what was to be synced is not on disk then (seen with Linux 6.18, by strace).
     * A filesystem that has given up refuses every change, and so a change that changes nothing tells: of the file's mode,
     * to what it is. Costs some microseconds and no write. What is written in place is on disk when the disk says so,
     * whatever becomes of the filesystem.
     */
    private void confirm(Position end) {
        try {
            OwnerOnly.restrict(end.file());
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /**
     * Asks the disk whether it still takes what is written, if nothing was since the last call: so that a filesystem that
     * became read-only is noticed without a message that would be lost on it. Costs a sync of the directory, and writes
     * nothing. Called once a second or so, one thread at a time.
     */
    void probe() {
        checkNotFailed();
        int latest = syncs;
        if (latest == probedAtSyncs) {
            if (!Files.isWritable(directory)) { // a sync alone succeeds on what is only mounted read-only
                throw failed(new IOException(directory + " can't be written to any more"));
            }
            syncDirectory();
        }
        few = latest - probedAtSyncs <= FEW_SYNCS;
        probedAtSyncs = latest;
    }

    @Override
    public void syncDirectory() {
        checkNotFailed();
        try (FileChannel open = FileChannel.open(directory)) {
            force(open);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private void force(FileChannel open) {
        boolean unused = uninterrupted(() -> {
            open.force(false);
            return true;
        });
    }

    /** Something to do with a file. */
    private interface FileWork {
        boolean run() throws IOException;
    }

    /** Holds a pending interrupt back, which would close the file. */
    private boolean uninterrupted(FileWork work) {
        boolean interrupted = Thread.interrupted();
        try {
            return work.run();
        } catch (IOException e) {
            throw failed(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    protected void closeImpl() {
        FileChannel open = channel;
        ZerosAhead zeros = ahead;
        Position end = written;
        channel = null;
        ahead = null;
        if (open != null) {
            try {
                if (zeros != null && end != null && !givenUp && failure == null) {
                    zeros.cutOff(end.length());
                }
                open.close();
            } catch (IOException e) {
                throw failed(e);
            }
        }
        super.closeImpl();
    }

    private void checkNotFailed() {
        if (givenUp) {
            throw new ExodusException("nothing is written any more");
        }
        Throwable first = failure;
        if (first != null) {
            throw new ExodusException("an earlier write or sync failed, the disk can't be trusted: " + first, first);
        }
    }

    private RuntimeException failed(Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
        if (cause instanceof OutOfDiskSpaceException full) {
            return full;
        }
        return new ExodusException("write or sync failed: " + cause, cause);
    }
}
