package dev.holdfast.gateway.journal;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A store in memory that behaves like one on disk: what was committed is there after {@link #afterCrash()}, what was not is
 * not; a commit can be made to fail, and the disk to be full. Thread-safe by one lock.
 */
public final class MemoryStore implements Store {

    private final Map<String, NavigableMap<byte[], byte[]>> tables;
    private boolean failing;
    private boolean failed;
    private @Nullable StoreException failingReads;
    private int reads;
    private final AtomicLong moves = new AtomicLong();
    private boolean closed;
    private int commits;
    private long capacity = Long.MAX_VALUE;
    private boolean landing;
    private boolean full;
    private boolean fullBefore;

    /** An empty store. */
    public MemoryStore() {
        this(new HashMap<>());
    }

    private MemoryStore(Map<String, NavigableMap<byte[], byte[]>> tables) {
        this.tables = tables;
    }

    /** Whether reads fail, as over a bad sector. */
    public void failReads(boolean failing) {
        failReads(failing ? new StoreException("the store can't be read: the disk is broken") : null);
    }

    /** From now on reads fail so; not if it is null. */
    public synchronized void failReads(@Nullable StoreException why) {
        failingReads = why;
    }

    /** How often it was read. */
    public synchronized int reads() {
        return reads;
    }

    /** How many entries its cursors have gone to. */
    public long moves() {
        return moves.get();
    }

    /** From now on commits fail, as on a disk that is broken. */
    public synchronized void failCommits() {
        failing = true;
    }

    /**
     * Makes the disk so large. A commit that needs more finds it full.
     *
     * @param bytes of keys and values
     * @param landing whether the work of a commit that found the disk full is there all the same afterwards
     */
    public synchronized void limit(long bytes, boolean landing) {
        this.capacity = bytes;
        this.landing = landing;
    }

    /** The next commit finds the disk full before its work has begun, as after the engine's cleaner has found it so. */
    public synchronized void beFullBeforeTheNextCommit() {
        fullBefore = true;
    }

    synchronized int commits() {
        return commits;
    }

    /** The store as a process finds it that is started after this one was killed. */
    public synchronized MemoryStore afterCrash() {
        return new MemoryStore(copy(tables));
    }

    /** Changes a stored value behind the journal's back. */
    public synchronized void corrupt(String table, byte[] key, Function<byte[], byte[]> change) {
        NavigableMap<byte[], byte[]> entries = table(tables, table);
        byte[] value = entries.get(key);
        if (value == null) {
            throw new IllegalArgumentException("there is nothing to corrupt");
        }
        entries.put(key, change.apply(value.clone()));
    }

    public synchronized int size(String table) {
        return table(tables, table).size();
    }

    synchronized byte[][] keys(String table) {
        return table(tables, table).keySet().toArray(new byte[0][]);
    }

    @Override
    public synchronized void commit(Consumer<Writer> work) {
        if (closed || failed || full) {
            throw new StoreException("the store was used after it failed or was closed");
        }
        if (fullBefore) {
            fullBefore = false;
            full = true;
            throw new StoreFullException("the cleaner found the disk full", new IOException("No space left on device"));
        }
        Map<String, NavigableMap<byte[], byte[]>> changed = copy(tables);
        work.accept(new View(changed, moves));
        if (failing) {
            failed = true;
            throw new StoreException("the disk is broken");
        }
        full = bytes(changed) > Math.max(capacity, bytes(tables));
        if (!full || landing) {
            tables.clear();
            tables.putAll(changed);
        }
        if (full) {
            throw new StoreFullException("the disk is full", new IOException("No space left on device"));
        }
        commits++;
    }

    private static long bytes(Map<String, NavigableMap<byte[], byte[]>> tables) {
        long bytes = 0;
        for (NavigableMap<byte[], byte[]> table : tables.values()) {
            for (Map.Entry<byte[], byte[]> entry : table.entrySet()) {
                bytes += entry.getKey().length + entry.getValue().length;
            }
        }
        return bytes;
    }

    @Override
    public synchronized void reopen() {
        full = false;
    }

    @Override
    public synchronized <T extends @Nullable Object> T read(Function<Reader, T> work) {
        reads++;
        if (failingReads != null) {
            throw failingReads;
        }
        return work.apply(new View(tables, moves));
    }

    @Override
    public synchronized void check() {
        if (failed) {
            throw new StoreException("the store has failed");
        }
    }

    @Override
    public synchronized StoreSpace space() {
        long used = bytes(tables);
        return new StoreSpace(used, Math.max(0, capacity - used), true);
    }

    @Override
    public synchronized void close() {
        closed = true;
    }

    private static Map<String, NavigableMap<byte[], byte[]>> copy(Map<String, NavigableMap<byte[], byte[]>> from) {
        Map<String, NavigableMap<byte[], byte[]>> to = new HashMap<>();
        from.forEach((name, entries) -> to.put(name, new TreeMap<>(entries)));
        return to;
    }

    private static NavigableMap<byte[], byte[]> table(Map<String, NavigableMap<byte[], byte[]>> tables, String name) {
        return tables.computeIfAbsent(name, key -> new TreeMap<>(Arrays::compareUnsigned));
    }

    private record View(Map<String, NavigableMap<byte[], byte[]>> tables, AtomicLong moves) implements Writer {

        @Override
        public byte @Nullable [] get(String table, byte[] key) {
            return table(tables, table).get(key);
        }

        @Override
        public void put(String table, byte[] key, byte[] value) {
            table(tables, table).put(key, value);
        }

        @Override
        public void append(String table, byte[] key, byte[] value) {
            NavigableMap<byte[], byte[]> entries = table(tables, table);
            if (!entries.isEmpty() && Arrays.compareUnsigned(entries.lastKey(), key) >= 0) {
                throw new StoreException("append of a key that is not the greatest");
            }
            entries.put(key, value);
        }

        @Override
        public boolean delete(String table, byte[] key) {
            return table(tables, table).remove(key) != null;
        }

        @Override
        public Cursor cursor(String table) {
            return new MemoryCursor(table(tables, table), moves);
        }
    }

    private static final class MemoryCursor implements Cursor {
        private final NavigableMap<byte[], byte[]> entries;
        private final AtomicLong moves;
        private Map.@Nullable Entry<byte[], byte[]> at;

        MemoryCursor(NavigableMap<byte[], byte[]> entries, AtomicLong moves) {
            this.entries = entries;
            this.moves = moves;
        }

        private boolean go(Map.@Nullable Entry<byte[], byte[]> to) {
            if (to == null) {
                return false;
            }
            at = to;
            moves.incrementAndGet();
            return true;
        }

        private Map.Entry<byte[], byte[]> here() {
            Map.Entry<byte[], byte[]> entry = at;
            if (entry == null) {
                throw new IllegalStateException("the cursor stands nowhere");
            }
            return entry;
        }

        @Override
        public boolean seek(byte[] key) {
            return go(entries.ceilingEntry(key));
        }

        @Override
        public boolean next() {
            Map.Entry<byte[], byte[]> entry = at;
            return go(entry == null ? entries.firstEntry() : entries.higherEntry(entry.getKey()));
        }

        @Override
        public boolean previous() {
            return go(entries.lowerEntry(here().getKey()));
        }

        @Override
        public boolean last() {
            return go(entries.lastEntry());
        }

        @Override
        public byte[] key() {
            return here().getKey();
        }

        @Override
        public byte[] value() {
            return here().getValue();
        }

        @Override
        public int valueLength() {
            return value().length;
        }

        @Override
        public byte[] valuePrefix(int length) {
            return Arrays.copyOf(value(), Math.min(length, value().length));
        }
    }
}
