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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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

    /**
     * The directories that this process has. Nobody else in it may even open their file: the kernel takes a lock away
     * from a process that closes any descriptor of the file.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path held;
    private final FileChannel channel;

    private DirectoryLock(Path held, FileChannel channel) {
        this.held = held;
        this.channel = channel;
    }

    /**
     * Takes the lock, and says in its file who has it.
     *
     * @throws StoreException if another process, or somebody else in this one, has it
     */
    static DirectoryLock acquire(Path directory) {
        DirectoryLock lock = look(directory);
        try {
            lock.channel.truncate(0);
            lock.channel.write(ByteBuffer.wrap((owner() + "\n").getBytes(UTF_8)));
        } catch (IOException e) {
            LOG.warn(
                    "can't write who has the store, it is locked all the same file={} why=\"{}\"",
                    directory.resolve(FILE),
                    e.toString());
        }
        return lock;
    }

    /**
     * Takes the lock and leaves its file as it is.
     *
     * @throws StoreException if another process, or somebody else in this one, has it
     */
    static DirectoryLock look(Path directory) {
        Path real = real(directory);
        if (!HELD.add(real)) {
            throw inUse(directory, owner());
        }
        try {
            return new DirectoryLock(real, lock(directory, directory.resolve(FILE)));
        } catch (RuntimeException e) {
            HELD.remove(real);
            throw e;
        }
    }

    private static Path real(Path directory) {
        try {
            return directory.toRealPath();
        } catch (IOException e) {
            throw new StoreException("can't read the store directory " + directory + ": " + e, e);
        }
    }

    private static String owner() {
        return "process " + ProcessHandle.current().pid();
    }

    private static StoreException inUse(Path directory, String owner) {
        return new StoreException("the store in " + directory + " is in use by " + owner
                + "; stop that process, or give this one another store.path");
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
            throw inUse(directory, owner);
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
        HELD.remove(held);
    }
}
