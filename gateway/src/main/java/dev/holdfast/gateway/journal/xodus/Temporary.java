package dev.holdfast.gateway.journal.xodus;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory that is gone when this is closed, and also when the process is told to end. What is left of one whose process
 * was killed is removed by the next who looks: its links would keep deleted files on the disk for ever. A lock on a file
 * beside it says whether somebody still has it.
 */
final class Temporary implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Temporary.class);
    private static final String LOCK = ".lock";

    private final Path directory;
    private final Path lockFile;
    private final FileChannel channel;
    private final Thread atTheEnd = new Thread(this::removeQuietly, "remove-temporary");

    private Temporary(Path directory, Path lockFile, FileChannel channel) {
        this.directory = directory;
        this.lockFile = lockFile;
        this.channel = channel;
    }

    /** Makes one, whose name is the prefix and something of its own; empty, and for its owner only. */
    static Temporary make(Path parent, String prefix) throws IOException {
        if (!Files.isDirectory(parent)) {
            OwnerOnly.createDirectories(parent);
        }
        removeLeftovers(parent, prefix);
        Path directory = parent.resolve(prefix + ProcessHandle.current().pid());
        Path lockFile = lockOf(directory);
        OwnerOnly.createFile(lockFile);
        FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
        try {
            FileLock unused = channel.lock(); // until the channel is closed
            StoreCopy.remove(directory);
            OwnerOnly.createDirectories(directory);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        Temporary made = new Temporary(directory, lockFile, channel);
        Runtime.getRuntime().addShutdownHook(made.atTheEnd);
        return made;
    }

    private static Path lockOf(Path directory) {
        return directory.resolveSibling(directory.getFileName() + LOCK);
    }

    Path directory() {
        return directory;
    }

    /** Removes what is left of those that nobody has any more. */
    static void removeLeftovers(Path parent, String prefix) throws IOException {
        List<Path> found;
        try (Stream<Path> all = Files.list(parent)) {
            found = all.filter(path -> path.getFileName().toString().startsWith(prefix))
                    .filter(path -> !path.getFileName().toString().endsWith(LOCK))
                    .toList();
        }
        for (Path directory : found) {
            if (!isHeld(lockOf(directory))) {
                LOG.info("removes what a process has left that was killed path={}", directory);
                StoreCopy.remove(directory);
                Files.deleteIfExists(lockOf(directory));
            }
        }
    }

    private static boolean isHeld(Path lockFile) throws IOException {
        if (!Files.exists(lockFile)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE)) {
            return channel.tryLock() == null;
        } catch (OverlappingFileLockException e) {
            return true; // in this process
        }
    }

    private void removeQuietly() {
        try {
            remove();
        } catch (IOException e) {
            // the next who looks removes it
        }
    }

    private void remove() throws IOException {
        StoreCopy.remove(directory);
        Files.deleteIfExists(lockFile);
        channel.close();
    }

    @Override
    public void close() throws IOException {
        try {
            Runtime.getRuntime().removeShutdownHook(atTheEnd);
        } catch (IllegalStateException e) {
            return; // it is being removed just now
        }
        remove();
    }
}
