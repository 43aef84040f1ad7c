package dev.holdfast.gateway.journal.xodus;

import dev.holdfast.gateway.journal.Store;
import dev.holdfast.gateway.journal.StoreException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/**
 * A store to look into without changing anything of the one it stands for: links to its files, and copies of the last
 * ones, which Xodus writes to and cuts off. In a directory inside the store's, which is gone when this is closed.
 */
public final class StoreCopy implements AutoCloseable {

    private static final String NAME = "fsck.tmp";
    private static final int FILES_COPIED = 2;

    private final DirectoryLock lock;
    private final Path temporary;
    private final XodusStore store;

    private StoreCopy(DirectoryLock lock, Path temporary, XodusStore store) {
        this.lock = lock;
        this.temporary = temporary;
        this.store = store;
    }

    /**
     * Makes a copy; nobody can have the store open meanwhile.
     *
     * @throws StoreException if somebody has it open, there is none, or it can't be read
     */
    public static StoreCopy of(Path directory) {
        Path environment = directory.resolve(XodusStore.ENVIRONMENT);
        if (!Files.isDirectory(environment)) {
            throw new StoreException("there is no store in " + directory);
        }
        DirectoryLock lock = DirectoryLock.look(directory);
        Path temporary = directory.resolve(NAME);
        try {
            remove(temporary);
            Path copy = temporary.resolve(XodusStore.ENVIRONMENT);
            OwnerOnly.createDirectories(copy);
            List<Path> files = LogFiles.in(environment);
            for (int i = 0; i < files.size(); i++) {
                Path file = files.get(i);
                Path target = copy.resolve(file.getFileName());
                if (i < files.size() - FILES_COPIED) {
                    Files.createLink(target, file);
                } else {
                    Files.copy(file, target);
                }
            }
            for (String noted : List.of(WitnessFile.FILE, Rescue.BROKEN)) {
                if (Files.exists(directory.resolve(noted))) {
                    Files.copy(directory.resolve(noted), temporary.resolve(noted));
                }
            }
            return new StoreCopy(lock, temporary, XodusStore.open(temporary, 0));
        } catch (IOException | RuntimeException e) {
            removeQuietly(temporary);
            lock.close();
            throw e instanceof StoreException known
                    ? known
                    : new StoreException("can't copy the store in " + directory + " to look into it: " + e, e);
        }
    }

    /** The copy, open; changing it changes nothing of the store. */
    public Store store() {
        return store;
    }

    /** Bytes of the chunks at most: what there is to go over. */
    public long bytes() {
        return store.space().usedBytes();
    }

    @Override
    public void close() {
        try {
            store.close();
        } finally {
            removeQuietly(temporary);
            lock.close();
        }
    }

    private static void removeQuietly(Path directory) {
        try {
            remove(directory);
        } catch (IOException e) {
            // the next one removes it
        }
    }

    /** Removes a directory with all that is in it. */
    static void remove(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, java.io.IOException failure) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
