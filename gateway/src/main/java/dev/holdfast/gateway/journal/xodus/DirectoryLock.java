package dev.holdfast.gateway.journal.xodus;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.gateway.journal.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes sure that one process has the store. The kernel lets go of the lock when the process ends, however it ends; what
 * stands in the file only tells people who has it.
 */
final class DirectoryLock implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DirectoryLock.class);
    static final String FILE = "holdfast.lock";

    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock, and says in its file who has it.
     *
     * @throws StoreException if another process, or somebody else in this one, has it
     */
    static DirectoryLock acquire(Path directory) {
        Path file = directory.resolve(FILE);
        FileChannel channel = lock(directory, file);
        try {
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(("process " + ProcessHandle.current().pid() + "\n").getBytes(UTF_8)));
        } catch (IOException e) {
            LOG.warn("can't write who has the store, it is locked all the same file={} why=\"{}\"", file, e.toString());
        }
        return new DirectoryLock(channel);
    }

    /**
     * Takes the lock and leaves its file as it is.
     *
     * @throws StoreException if another process, or somebody else in this one, has it
     */
    static DirectoryLock look(Path directory) {
        return new DirectoryLock(lock(directory, directory.resolve(FILE)));
    }

    private static FileChannel lock(Path directory, Path file) {
        FileChannel channel;
        try {
            OwnerOnly.createFile(file);
            channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new StoreException("can't write to the store directory " + directory + ": " + e, e);
        }
        if (tryLock(channel) == null) {
            String owner = owner(file);
            closeQuietly(channel);
            throw new StoreException("the store in " + directory + " is in use by " + owner
                    + "; stop that process, or give this one another store.path");
        }
        return channel;
    }

    private static @Nullable FileLock tryLock(FileChannel channel) {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        } catch (IOException e) {
            closeQuietly(channel);
            throw new StoreException("can't lock the store directory: " + e, e);
        }
    }

    private static String owner(Path file) {
        try {
            String text = Files.readString(file).strip();
            return text.isEmpty() ? "another process" : text;
        } catch (IOException e) {
            return "another process";
        }
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // the lock is gone with the channel, whatever close says
        }
    }

    @Override
    public void close() {
        closeQuietly(channel);
    }
}
