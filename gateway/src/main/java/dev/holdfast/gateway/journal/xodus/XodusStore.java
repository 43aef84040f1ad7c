package dev.holdfast.gateway.journal.xodus;

import dev.holdfast.gateway.journal.Store;
import dev.holdfast.gateway.journal.StoreException;
import dev.holdfast.gateway.journal.StoreFullException;
import dev.holdfast.gateway.journal.StoreSpace;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Function;
import jetbrains.exodus.env.Environment;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store in a directory, on a Xodus environment.
 *
 * <p>Each {@link #commit} is one exclusive transaction and costs one fdatasync; readers work on snapshots beside it.
 * One process can have it open, which a lock file of our own makes sure of.
 *
 * <p><b>A full disk.</b> After a commit without space Xodus's environment is of no use, so {@link #reopen} ends it, gives
 * up the ballast, takes off what was not synced, and opens another one. Readers wait for that meanwhile.
 */
public final class XodusStore implements Store {

    /** How much space is held in reserve by default, for the work that a full disk needs. */
    public static final long DEFAULT_RESERVE_BYTES = 32L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(XodusStore.class);
    private static final String ENVIRONMENT = "xodus";
    private static final String ADD_OPENS = "--add-opens java.base/sun.nio.ch=ALL-UNNAMED";
    private static final Duration REOPEN_TIMEOUT = Duration.ofSeconds(20);

    /** On a small file system the reserve takes no more than this part of it. */
    private static final int RESERVE_PART = 8;

    private final DirectoryLock lock;
    private final File directory;
    private final Path location;
    private final Ballast ballast;

    /** Readers hold the read lock: an engine is only ended when nobody reads from it. */
    private final ReadWriteLock engineLock = new ReentrantReadWriteLock();

    private volatile Engine engine;

    private XodusStore(DirectoryLock lock, Path directory, Ballast ballast, Engine engine) {
        this.lock = lock;
        this.directory = directory.toFile();
        this.location = directory.resolve(ENVIRONMENT);
        this.ballast = ballast;
        this.engine = engine;
    }

    /** Opens the store with the reserve that is the default. */
    public static XodusStore open(Path directory) {
        return open(directory, DEFAULT_RESERVE_BYTES);
    }

    /**
     * Opens the store, and creates it when there is none.
     *
     * @param directory belongs to the store alone; created with access for its owner only
     * @param reserveBytes how much space is to be held in reserve; less on a small file system, 0 for none
     * @throws StoreException if another process has it open, or it can't be read or written
     */
    public static XodusStore open(Path directory, long reserveBytes) {
        checkFlags();
        Path location = directory.resolve(ENVIRONMENT);
        try {
            OwnerOnly.createDirectories(location);
        } catch (IOException e) {
            throw new StoreException("can't create or sync the store directory " + directory + ": " + e, e);
        }
        DirectoryLock lock = DirectoryLock.acquire(directory);
        try {
            long reserve = Math.min(reserveBytes, directory.toFile().getTotalSpace() / RESERVE_PART);
            Ballast ballast = new Ballast(directory, reserve);
            return new XodusStore(lock, directory, ballast, Engine.open(location));
        } catch (Throwable e) { // Kotlin throws checked exceptions without declaring them
            lock.close();
            throw new StoreException("can't open the store in " + directory + ": " + e, e);
        }
    }

    /**
     * Without the flag Xodus can't make its channels uninterruptible, and an interrupt of its cleaner could close a file
     * under it.
     */
    private static void checkFlags() {
        boolean open = Object.class.getModule().isOpen("sun.nio.ch", Environment.class.getModule());
        if (!open) {
            throw new StoreException("the JVM was started without " + ADD_OPENS
                    + ", which the store needs to be safe; bin/holdfast gives it");
        }
    }

    @Override
    public void commit(Consumer<Writer> work) {
        checkNotFailed();
        try {
            engine.commit(work);
        } catch (RuntimeException e) {
            throw failed("the commit failed: ", e);
        }
    }

    /** The exception as those who use the store know it; what the work itself throws is left as it is. */
    private RuntimeException failed(String what, RuntimeException thrown) {
        Throwable first = engine.failure(); // what Xodus throws can be about its attempt to clean up
        if (first != null) {
            return of(what, first);
        }
        return Engine.isFromEngine(thrown) ? new StoreException(what + thrown, thrown) : thrown;
    }

    private static StoreException of(String what, Throwable first) {
        return NoSpace.isWhy(first)
                ? new StoreFullException(what + first, first)
                : new StoreException(what + first, first);
    }

    @Override
    public void check() {
        checkNotFailed();
        try {
            engine.probe();
        } catch (RuntimeException e) {
            throw failed("the store can't be written to any more: ", e);
        }
    }

    private void checkNotFailed() {
        Throwable broken = engine.failure();
        if (broken != null) {
            throw of("the store can't be written to any more: ", broken);
        }
    }

    @Override
    public <T extends @Nullable Object> T read(Function<Reader, T> work) {
        while (true) {
            Engine seen;
            engineLock.readLock().lock();
            try {
                seen = engine;
                return seen.read(work);
            } catch (RuntimeException e) {
                seen = engine;
                if (!NoSpace.isWhy(seen.failure())) {
                    throw failed("the store can't be read: ", e);
                }
            } finally {
                engineLock.readLock().unlock();
            }
            // the environment went with the commit that found no space; the next one has everything
            if (!seen.awaitReplaced(REOPEN_TIMEOUT.multipliedBy(2)) || seen == engine) {
                throw new StoreException("the store can't be read: it was not opened again after the disk was full");
            }
        }
    }

    @Override
    public void reopen() {
        Engine old = engine;
        if (!lockOutReaders()) {
            throw new StoreException("somebody has been reading from the store for " + REOPEN_TIMEOUT
                    + ", so it can't be opened again after the disk was full");
        }
        try {
            old.abandon(REOPEN_TIMEOUT);
            ballast.release();
            engine = Engine.open(location);
            LOG.info("the store was opened again after a commit found the disk full");
        } catch (StoreException e) {
            throw e;
        } catch (Throwable e) { // Kotlin throws checked exceptions without declaring them
            throw of("the store can't be opened again after the disk was full: ", e);
        } finally {
            engineLock.writeLock().unlock();
            old.replaced();
        }
    }

    private boolean lockOutReaders() {
        try {
            return engineLock.writeLock().tryLock(REOPEN_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return engineLock.writeLock().tryLock();
        }
    }

    @Override
    public StoreSpace space() {
        long free = directory.getUsableSpace();
        ballast.fill(free);
        return new StoreSpace(engine.diskBytes() + ballast.heldBytes(), free, ballast.held());
    }

    @Override
    public void close() {
        ballast.stop();
        Engine last = engine;
        try {
            last.close();
        } catch (RuntimeException e) {
            throw new StoreException("the store could not be closed: " + e.getMessage(), e);
        } finally {
            last.replaced();
            lock.close();
        }
    }

    /** The tables' names, for tests of the layout. */
    Set<String> tables() {
        return Set.copyOf(engine.tables());
    }
}
