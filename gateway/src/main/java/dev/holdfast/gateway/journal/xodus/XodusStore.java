package dev.holdfast.gateway.journal.xodus;

import dev.holdfast.gateway.journal.CorruptChunkException;
import dev.holdfast.gateway.journal.Remains;
import dev.holdfast.gateway.journal.Store;
import dev.holdfast.gateway.journal.StoreDamagedException;
import dev.holdfast.gateway.journal.StoreException;
import dev.holdfast.gateway.journal.StoreFullException;
import dev.holdfast.gateway.journal.StoreSpace;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
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
    static final String ENVIRONMENT = "xodus";
    private static final String ADD_OPENS = "--add-opens java.base/sun.nio.ch=ALL-UNNAMED";
    /** What opening the engine writes at most. */
    private static final long ROOM_TO_OPEN_BYTES = 1 << 20;

    private static final Duration REOPEN_TIMEOUT = Duration.ofSeconds(20);

    /** On a small file system the reserve takes no more than this part of it. */
    private static final int RESERVE_PART = 8;

    private final DirectoryLock lock;
    private final File directory;
    private final Path location;
    private final Ballast ballast;
    private final Rescue rescue;
    private final WitnessFile witness;
    private volatile long rescueBytes;

    /** Readers hold the read lock: an engine is only ended when nobody reads from it. */
    private final ReadWriteLock engineLock = new ReentrantReadWriteLock();

    private volatile Engine engine;

    private XodusStore(DirectoryLock lock, Path directory, long reserveBytes) throws IOException {
        this.lock = lock;
        this.directory = directory.toFile();
        this.location = directory.resolve(ENVIRONMENT);
        this.ballast = new Ballast(directory, reserveBytes);
        this.rescue = new Rescue(directory, location);
        this.witness = WitnessFile.open(directory);
        makeRoom();
        this.engine = openEngine();
        this.rescueBytes = rescue.bytes();
    }

    /** Whether there is a store in the directory, whatever it is worth. */
    public static boolean isIn(Path directory) {
        return Files.isDirectory(directory.resolve(ENVIRONMENT));
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
            Backup.removeLeftovers(directory);
            long reserve = Math.min(reserveBytes, directory.toFile().getTotalSpace() / RESERVE_PART);
            return new XodusStore(lock, directory, reserve);
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

    /** On a full disk the reserve is there for this too. */
    private void makeRoom() throws IOException {
        if (rescue.bytesToCopy() + ROOM_TO_OPEN_BYTES > directory.getUsableSpace()) {
            ballast.release();
        }
    }

    private Engine openEngine() throws IOException {
        if (rescue.isBroken()) {
            rescue.setAside(null);
            return Engine.open(location, null);
        }
        Engine opened = null;
        try {
            LogTail.mend(location, rescue);
            opened = Engine.open(location, rescue);
            if (rescue.isSuspect() || opened.highAddress() < rescue.syncedUpTo()) {
                opened.readAll();
                rescue.trust();
            }
            return opened;
        } catch (RuntimeException | StackOverflowError e) {
            if (opened != null) {
                opened.abandon(REOPEN_TIMEOUT);
            }
            if (!Engine.isDamage(e)) {
                throw e;
            }
            rescue.setAside(e);
            return Engine.open(location, null);
        }
    }

    @Override
    public void commit(Consumer<Writer> work) {
        checkNotFailed();
        try {
            engine.commit(work);
        } catch (RuntimeException | StackOverflowError e) {
            throw failed("the commit failed: ", e);
        }
    }

    /** The exception as those who use the store know it; what the work itself throws is left as it is. */
    private RuntimeException failed(String what, Throwable thrown) {
        Throwable first = engine.failure(); // what Xodus throws can be about its attempt to clean up
        if (first != null) {
            return of(what, first);
        }
        if (thrown instanceof CorruptChunkException || thrown.getCause() instanceof CorruptChunkException) {
            rescue.condemn(thrown); // a key or a record of the journal that the engine gives back wrong
            return new StoreDamagedException(what + thrown.getMessage(), thrown);
        }
        if (Engine.isDamage(thrown)) {
            rescue.suspect(thrown);
            return new StoreDamagedException(what + thrown, thrown);
        }
        boolean ownOfTheWork = thrown instanceof RuntimeException && !Engine.isFromEngine(thrown);
        return ownOfTheWork ? (RuntimeException) thrown : new StoreException(what + thrown, thrown);
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
            if (Engine.isDamage(broken)) { // the cleaner's, as what fails at writing is an IOException
                rescue.condemn(broken);
            }
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
            } catch (RuntimeException | StackOverflowError e) {
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
            engine = Engine.open(location, null);
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
        long used = engine.diskBytes() + ballast.heldBytes() + rescueBytes + 2 * WitnessFile.PLACE_BYTES;
        return new StoreSpace(used, free, ballast.held());
    }

    @Override
    public void witness(byte[] state) {
        witness.write(state);
    }

    @Override
    public Remains remains() {
        return rescue.remains(witness.found());
    }

    @Override
    public void distrust(String why) {
        rescue.condemn(new StoreException(why));
    }

    @Override
    public void recovered(boolean missed) {
        rescue.finish(missed);
        rescueBytes = rescue.bytes();
    }

    @Override
    public void close() {
        ballast.stop();
        Engine last = engine;
        try (witness) {
            last.close();
            if (!rescue.isSuspect()) {
                rescue.forgive();
            }
        } catch (IOException e) {
            throw new StoreException("the store could not be closed: " + e, e);
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
