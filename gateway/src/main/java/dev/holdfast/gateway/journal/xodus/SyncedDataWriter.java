package dev.holdfast.gateway.journal.xodus;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import jetbrains.exodus.ExodusException;
import jetbrains.exodus.OutOfDiskSpaceException;
import jetbrains.exodus.io.Block;
import jetbrains.exodus.io.FileDataReader;
import jetbrains.exodus.io.FileDataWriter;
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
 * <p>Used by the committer and by Xodus's cleaner, one at a time under Xodus's commit lock.
 */
final class SyncedDataWriter extends FileDataWriter {

    private final Path directory;
    private @Nullable FileChannel channel;
    private volatile @Nullable Throwable failure;

    SyncedDataWriter(FileDataReader reader) {
        super(reader, null);
        this.directory = reader.getDir().toPath();
    }

    /** What went wrong first, or null. Any thread. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    @Override
    public Block write(byte[] bytes, int offset, int length) {
        checkNotFailed();
        try {
            return super.write(bytes, offset, length);
        } catch (Throwable e) { // Kotlin throws IOException without declaring it
            throw failed(e);
        }
    }

    @Override
    protected FileDataReader.FileBlock openOrCreateBlockImpl(long address, long length) {
        checkNotFailed();
        try {
            FileDataReader.FileBlock block = super.openOrCreateBlockImpl(address, length);
            channel = FileChannel.open(block.toPath(), StandardOpenOption.WRITE);
            return block;
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    @Override
    protected void syncImpl() {
        checkNotFailed();
        FileChannel open = channel;
        if (open != null) {
            force(open);
        }
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
        boolean interrupted = Thread.interrupted();
        try {
            open.force(false);
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
        channel = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                throw failed(e);
            }
        }
        super.closeImpl();
    }

    private void checkNotFailed() {
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
