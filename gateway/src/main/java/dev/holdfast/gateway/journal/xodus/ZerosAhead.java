package dev.holdfast.gateway.journal.xodus;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * Zeros behind the end of the log, on disk before the log gets there: a sync of what is written over them needs no
 * transaction in the file system's own journal, as the file gets no longer and no block is new. That halves the time of a
 * sync of a small commit, and what it writes to the disk (docs/PERFORMANCE.md).
 *
 * <p>Only small commits have zeros written ahead: a large one would only have its bytes written twice. When there is time
 * between them, as with {@code commit-every}, small is less. On file systems that never write in place there are none. The file is cut off at the log's end when it is closed; after a crash {@link LogTail}
 * finds the end, before Xodus opens it.
 */
final class ZerosAhead {

    static final int AHEAD_BYTES = 256 << 10;

    /** What a commit may have written to count as small. */
    static final int SMALL_COMMIT_BYTES = 32 << 10;

    /** The same when commits are few: what counts then is wear, not time. */
    private static final int SMALL_APART_BYTES = 4 << 10;

    private static final Set<String> NEVER_IN_PLACE =
            Set.of("btrfs", "zfs", "bcachefs", "f2fs", "nilfs2", "tmpfs", "ramfs");
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(64 << 10).asReadOnlyBuffer();

    private final FileChannel channel;
    private final boolean useful;
    private volatile long end;

    /**
     * For a file that the log goes on in.
     *
     * @param channel open for writing; it is not closed here
     * @param length of the log in it, and of the file
     */
    ZerosAhead(FileChannel channel, Path directory, long length) {
        this.channel = channel;
        this.end = length;
        this.useful = isUsefulIn(directory);
    }

    private static boolean isUsefulIn(Path directory) {
        try {
            return !NEVER_IN_PLACE.contains(Files.getFileStore(directory).type());
        } catch (IOException e) {
            return false; // a chroot without its mount points
        }
    }

    /** How far the file reaches on disk. Any thread. */
    long end() {
        return end;
    }

    /**
     * To be called before each sync.
     *
     * @param length of the log in the file
     * @param unsynced how much of it was written since the last sync
     * @param apart whether commits are few and far between
     * @return whether the sync makes the file longer
     * @throws IOException if the disk fails; that it has no space left is none
     */
    boolean beforeSync(long length, long unsynced, boolean apart) throws IOException {
        if (length <= end) {
            return false;
        }
        end = length;
        if (useful && unsynced <= (apart ? SMALL_APART_BYTES : SMALL_COMMIT_BYTES)) {
            writeZeros(length, Math.min(length + AHEAD_BYTES, Engine.FILE_BYTES));
        }
        return true;
    }

    private void writeZeros(long from, long to) throws IOException {
        try {
            for (long at = from; at < to; ) {
                ByteBuffer zeros = ZEROS.duplicate();
                zeros.limit((int) Math.min(zeros.capacity(), to - at));
                at += channel.write(zeros, at);
            }
            end = to;
        } catch (IOException e) {
            if (!NoSpace.isWhy(e)) {
                throw e;
            }
            channel.truncate(from);
        }
    }

    /** Cuts the file off at the end of the log. */
    void cutOff(long length) throws IOException {
        if (end > length) {
            channel.truncate(length);
            end = length;
        }
    }
}
