package dev.holdfast.gateway.journal.xodus;

import dev.holdfast.gateway.journal.Store;
import dev.holdfast.gateway.journal.StoreException;
import dev.holdfast.gateway.journal.StoreSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import jetbrains.exodus.ExodusException;
import jetbrains.exodus.env.Environment;
import jetbrains.exodus.env.EnvironmentConfig;
import jetbrains.exodus.env.Environments;
import jetbrains.exodus.env.StoreConfig;
import jetbrains.exodus.env.Transaction;
import jetbrains.exodus.io.FileDataReader;
import jetbrains.exodus.log.LogConfig;
import org.jspecify.annotations.Nullable;

/**
 * A store in a directory, on a Xodus environment.
 *
 * <p>Each {@link #commit} is one exclusive transaction and costs one fdatasync; readers work on snapshots beside it.
 * One process can have it open, which a lock file of our own makes sure of.
 *
 * <p>The settings are what measured best for a queue: docs/adr/0003 tells why each.
 */
public final class XodusStore implements Store {

    private static final String ENVIRONMENT = "xodus";
    private static final String ADD_OPENS = "--add-opens java.base/sun.nio.ch=ALL-UNNAMED";

    private final DirectoryLock lock;
    private final SyncedDataWriter writer;
    private final Environment environment;
    private final Map<String, jetbrains.exodus.env.Store> tables = new ConcurrentHashMap<>();

    private XodusStore(DirectoryLock lock, SyncedDataWriter writer, Environment environment) {
        this.lock = lock;
        this.writer = writer;
        this.environment = environment;
    }

    /**
     * Opens the store, and creates it when there is none.
     *
     * @param directory belongs to the store alone; created with access for its owner only
     * @throws StoreException if another process has it open, or it can't be read or written
     */
    public static XodusStore open(Path directory) {
        checkFlags();
        Path location = directory.resolve(ENVIRONMENT);
        try {
            OwnerOnly.createDirectories(location);
        } catch (IOException e) {
            throw new StoreException("can't create or sync the store directory " + directory + ": " + e, e);
        }
        DirectoryLock lock = DirectoryLock.acquire(directory);
        try {
            FileDataReader reader = new FileDataReader(location.toFile());
            SyncedDataWriter writer = new SyncedDataWriter(reader);
            EnvironmentConfig settings = settings();
            LogConfig log = new LogConfig().setLocation(location.toString()).setReaderWriter(reader, writer);
            return new XodusStore(lock, writer, Environments.newInstance(log, settings));
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

    private static EnvironmentConfig settings() {
        return new EnvironmentConfig()
                .setLogDurableWrite(true)
                .setLogFileSize(8192)
                .setLogCacheShared(false)
                .setMemoryUsage(32L << 20)
                .setTreeMaxPageSize(32)
                .setGcMinUtilization(80)
                .setGcRunEvery(1)
                .setGcRunPeriod(300)
                .setGcFilesDeletionDelay(500)
                .setGcFileMinAge(1)
                .setGcTransactionTimeout(50)
                .setGcStartIn(1000)
                .setEnvCloseForcedly(true)
                .setManagementEnabled(false)
                .setEnvMonitorTxnsExpirationTimeout(60_000)
                .setLogAllowRamDisk(true)
                .setLogAllowRemote(true)
                .setLogAllowRemovable(true);
    }

    @Override
    public void commit(Consumer<Writer> work) {
        check();
        Transaction txn = environment.beginExclusiveTransaction();
        try (XodusView view = new XodusView(txn, this::tableForWriting)) {
            work.accept(view);
            view.closeCursors();
            if (!txn.isIdempotent() && !txn.commit()) {
                throw new StoreException("an exclusive transaction was refused");
            }
        } catch (ExodusException e) {
            Throwable first = writer.failure(); // what Xodus throws can be about its attempt to clean up
            throw new StoreException("the commit failed: " + (first == null ? e.getMessage() : first), e);
        } finally {
            if (!txn.isFinished()) {
                txn.abort();
            }
        }
    }

    @Override
    public void check() {
        Throwable broken = writer.failure();
        if (broken != null) {
            throw new StoreException("the store can't be written to any more: " + broken, broken);
        }
    }

    @Override
    public <T extends @Nullable Object> T read(Function<Reader, T> work) {
        Transaction txn = environment.beginReadonlyTransaction();
        try (XodusView view = new XodusView(txn, this::tableForReading)) {
            return work.apply(view);
        } catch (ExodusException e) {
            throw new StoreException("the store can't be read: " + e.getMessage(), e);
        } finally {
            txn.abort();
        }
    }

    private jetbrains.exodus.env.Store tableForWriting(String name, Transaction txn) {
        return environment.openStore(name, StoreConfig.WITHOUT_DUPLICATES, txn);
    }

    /** Null when the table was never written to. */
    private jetbrains.exodus.env.@Nullable Store tableForReading(String name, Transaction txn) {
        jetbrains.exodus.env.Store known = tables.get(name);
        if (known == null) {
            known = environment.openStore(name, StoreConfig.WITHOUT_DUPLICATES, txn, false);
            if (known != null) {
                tables.put(name, known);
            }
        }
        return known;
    }

    @Override
    public void reopen() {
        throw new StoreException("the disk is full");
    }

    @Override
    public StoreSpace space() {
        Path directory = Path.of(environment.getLocation());
        try (Stream<Path> files = Files.list(directory)) {
            long used = files.mapToLong(file -> file.toFile().length()).sum();
            return new StoreSpace(used, directory.toFile().getUsableSpace(), false);
        } catch (IOException e) {
            throw new StoreException("can't list " + directory + ": " + e, e);
        }
    }

    @Override
    public void close() {
        try {
            environment.close();
        } catch (ExodusException e) {
            throw new StoreException("the store could not be closed: " + e.getMessage(), e);
        } finally {
            lock.close();
        }
    }

    /** The tables' names, for tests of the layout. */
    Set<String> tables() {
        return environment.computeInReadonlyTransaction(txn -> Set.copyOf(environment.getAllStoreNames(txn)));
    }
}
