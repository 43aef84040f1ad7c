package dev.holdfast.gateway.journal.xodus;

import dev.holdfast.gateway.journal.Store;
import dev.holdfast.gateway.journal.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import jetbrains.exodus.ExodusException;
import jetbrains.exodus.env.Environment;
import jetbrains.exodus.env.EnvironmentClosedException;
import jetbrains.exodus.env.EnvironmentConfig;
import jetbrains.exodus.env.EnvironmentImpl;
import jetbrains.exodus.env.Environments;
import jetbrains.exodus.env.StoreConfig;
import jetbrains.exodus.env.Transaction;
import jetbrains.exodus.io.FileDataReader;
import jetbrains.exodus.log.LogConfig;
import org.jspecify.annotations.Nullable;

/**
 * One opened Xodus environment: from its opening to its end, which may come early, when a commit found no space.
 *
 * <p>The settings are what measured best for a queue: docs/adr/0003 tells why each.
 */
final class Engine {

    /** A value can't be larger than a file of the log. */
    static final int FILE_BYTES = 8 << 20;

    /** It would keep 500 of them open, of the descriptors that connections need. */
    private static final int OPEN_FILES = 32;

    private static final int MAX_CAUSES = 20;
    private static final long STEP_BYTES = 16 << 20;

    /**
     * For the tree's upper pages and those that routes are about to read; the system has the others. All that comes in and
     * all that goes out passes through it, so in a large one pages grow old, and the collector has to move the whole heap.
     */
    private static final long MAX_CACHE_BYTES = 8L << 20;

    /** Of a small heap the cache takes no more than this part: the rest is for what comes in and goes out. */
    private static final int CACHE_PART = 4;

    private final Path location;
    private final SyncedDataWriter writer;
    private final FileDataReader reader;
    private final EnvironmentImpl environment;
    private final Cleaner cleaner;
    private final Map<String, jetbrains.exodus.env.Store> tables = new ConcurrentHashMap<>();
    private final CountDownLatch replaced = new CountDownLatch(1);

    private Engine(Path location, SyncedDataWriter writer, FileDataReader reader, Environment environment) {
        this.location = location;
        this.writer = writer;
        this.reader = reader;
        this.environment = (EnvironmentImpl) environment;
        // it only logs what fails the cleaner
        this.environment
                .getGC()
                .getCleanerJobProcessor()
                .setExceptionHandler((processor, job, failure) -> writer.cleanerFailed(failure));
        this.cleaner = new Cleaner(this.environment);
    }

    /**
     * Opens the environment in the directory, and creates it when there is none. Throws whatever Xodus does.
     *
     * @param rescue copies aside what Xodus cuts off, and says how much it may; null when it may do as it likes
     */
    static Engine open(Path location, @Nullable Rescue rescue) {
        FileDataReader reader = new FileDataReader(location.toFile());
        SyncedDataWriter writer = new SyncedDataWriter(reader);
        LogConfig log = new LogConfig().setLocation(location.toString()).setReaderWriter(reader, writer);
        writer.opening(rescue);
        try {
            Environment environment = Environments.newInstance(log, settings());
            writer.opening(null);
            return new Engine(location, writer, reader, environment);
        } catch (Throwable e) { // Kotlin throws checked exceptions without declaring them
            writer.giveUp();
            reader.close();
            writer.release();
            throw e;
        }
    }

    private static EnvironmentConfig settings() {
        return new EnvironmentConfig()
                .setLogDurableWrite(true)
                .setLogFileSize(FILE_BYTES >> 10)
                .setFullFileReadonly(false)
                .setLogCacheShared(false)
                .setLogCacheOpenFilesCount(OPEN_FILES)
                .setMemoryUsage(Math.min(MAX_CACHE_BYTES, Runtime.getRuntime().maxMemory() / CACHE_PART))
                .setTreeMaxPageSize(32)
                .setGcMinUtilization(65)
                .setGcRunEvery(0)
                .setGcFileMinAge(1)
                .setGcStartIn(1000)
                .setEnvCloseForcedly(true)
                .setManagementEnabled(false)
                .setEnvMonitorTxnsExpirationTimeout(60_000)
                .setLogAllowRamDisk(true)
                .setLogAllowRemote(true)
                .setLogAllowRemovable(true);
    }

    void commit(Consumer<Store.Writer> work) {
        Transaction txn = environment.beginExclusiveTransaction();
        try (XodusView view = new XodusView(txn, this::tableForWriting)) {
            work.accept(view);
            view.closeCursors();
            if (!txn.isIdempotent() && !txn.commit()) {
                throw new StoreException("an exclusive transaction was refused");
            }
        } finally {
            if (!txn.isFinished()) {
                txn.abort();
            }
        }
    }

    <T extends @Nullable Object> T read(Function<Store.Reader, T> work) {
        Transaction txn = environment.beginReadonlyTransaction();
        try (XodusView view = new XodusView(txn, this::tableForReading)) {
            return work.apply(view);
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

    /** Reads everything, and throws what Xodus does when it can't. In steps, as no transaction may last long. */
    void readAll() {
        for (String table : tables()) {
            byte[] from = {};
            while (from != null) {
                byte[] key = from;
                from = read(reader -> readSome(reader.cursor(table), key));
            }
        }
    }

    /** Reads some entries beginning with the key; returns the key to go on with, null at the end. */
    private static byte @Nullable [] readSome(Store.Cursor cursor, byte[] from) {
        long left = STEP_BYTES;
        boolean found = cursor.seek(from);
        while (found && left > 0) {
            left -= cursor.key().length + cursor.value().length;
            found = cursor.next();
        }
        return found ? cursor.key() : null;
    }

    List<String> tables() {
        return environment.computeInReadonlyTransaction(environment::getAllStoreNames);
    }

    /** What went wrong first when it wrote or tidied up, or null. Any thread. */
    @Nullable
    Throwable failure() {
        return writer.failure();
    }

    /** Throws if the disk does not take what is written any more; see {@link SyncedDataWriter#probe}. */
    void probe() {
        cleaner.wake();
        writer.probe();
    }

    /** Bytes of its files, from what it knows without asking the file system. Any thread. */
    long diskBytes() {
        long fileBytes = environment.getLog().getFileLengthBound();
        long files = environment.getLog().getNumberOfFiles();
        long inTheLast = environment.getLog().getHighAddress() % fileBytes; // 0: it is full
        return files * fileBytes - (inTheLast == 0 ? 0 : fileBytes - inTheLast) + writer.aheadBytes();
    }

    /** Where its log ends. */
    long highAddress() {
        return environment.getLog().getHighAddress();
    }

    /** Closes it in peace. */
    void close() {
        cleaner.stop();
        environment.close();
    }

    /**
     * Ends it after a failed commit: closes what can be closed, writes nothing any more, and takes off what was not
     * synced. No transaction is open.
     *
     * @param timeout how long Xodus may take, which is known to hang after some failures
     * @throws StoreException if it took longer or the files can't be changed
     */
    void abandon(Duration timeout) {
        cleaner.stop();
        writer.giveUp();
        Thread closer = new Thread(this::closeWhatCanBe, "store-close");
        closer.setDaemon(true);
        closer.start();
        try {
            closer.join(timeout.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (closer.isAlive()) {
            throw new StoreException(
                    "the storage engine could not be closed within " + timeout + " after a commit that found no space");
        }
        try {
            takeOffUnsynced();
        } catch (IOException e) {
            throw new StoreException("can't take off what was not synced in " + location + ": " + e, e);
        }
    }

    private void closeWhatCanBe() {
        try {
            environment.close();
        } catch (RuntimeException e) {
            reader.close(); // it has closed all but the files that are read
        }
    }

    /**
     * The failed commit may be in the page cache and not on disk. What was not synced is taken off, so that it is written
     * again, whole, when its turn comes.
     */
    private void takeOffUnsynced() throws IOException {
        SyncedDataWriter.Position end = writer.syncedUpTo();
        if (end == null) {
            return;
        }
        try (Stream<Path> files = Files.list(location)) {
            for (Path file : files.filter(LogFiles::isLogFile).toList()) {
                if (LogFiles.address(file) > LogFiles.address(end.file())) {
                    Files.delete(file);
                }
            }
        }
        if (Files.exists(end.file()) && Files.size(end.file()) > end.length()) {
            try (FileChannel open = FileChannel.open(end.file(), StandardOpenOption.WRITE)) {
                open.truncate(end.length());
            }
        }
    }

    /** Says to who waits for it that another engine has taken its place, or that none will. */
    void replaced() {
        replaced.countDown();
    }

    /** Waits until another engine has taken its place; false when that takes too long. */
    boolean awaitReplaced(Duration timeout) {
        try {
            return replaced.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Whether Xodus failed at what the files hold, and not at reading or writing them. */
    static boolean isDamage(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
            if (cause instanceof IOException || cause instanceof EnvironmentClosedException) {
                return false;
            }
            cause = cause.getCause();
        }
        boolean locked = String.valueOf(failure.getMessage()).startsWith("Can't acquire environment lock");
        boolean ours = failure instanceof Error && !(failure instanceof StackOverflowError);
        return !locked && !ours && (isFromEngine(failure) || failure instanceof SyncedDataWriter.CutOffException);
    }

    /** Whether the exception was thrown by Xodus itself, whatever its type, and not by the work given to it. */
    static boolean isFromEngine(Throwable failure) {
        if (failure instanceof ExodusException) {
            return true;
        }
        for (StackTraceElement frame : failure.getStackTrace()) {
            if (!frame.getClassName().startsWith("java.")) {
                return frame.getClassName().startsWith("jetbrains.");
            }
        }
        return false;
    }
}
