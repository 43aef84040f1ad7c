package dev.holdfast.gateway.journal.xodus;

import dev.holdfast.gateway.journal.Store;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import jetbrains.exodus.ArrayByteIterable;
import jetbrains.exodus.ByteIterable;
import jetbrains.exodus.ByteIterator;
import jetbrains.exodus.ExodusException;
import jetbrains.exodus.env.Cursor;
import jetbrains.exodus.env.Transaction;
import jetbrains.exodus.log.BlockByteIterator;
import org.jspecify.annotations.Nullable;

/** The tables as one transaction sees them. Used by one thread, and not after the transaction. */
final class XodusView implements Store.Writer, AutoCloseable {

    /** Xodus copies what is left of a page in one go, and of what was asked for beyond that byte by byte. */
    private static final int COPY_STEP = 1 << 10;

    private final Transaction txn;
    private final BiFunction<String, Transaction, jetbrains.exodus.env.@Nullable Store> tables;
    private final List<Cursor> cursors = new ArrayList<>();

    XodusView(Transaction txn, BiFunction<String, Transaction, jetbrains.exodus.env.@Nullable Store> tables) {
        this.txn = txn;
        this.tables = tables;
    }

    @Override
    public byte @Nullable [] get(String table, byte[] key) {
        jetbrains.exodus.env.Store store = tables.apply(table, txn);
        ByteIterable value = store == null ? null : store.get(txn, new ArrayByteIterable(key));
        return value == null ? null : copy(value, value.getLength());
    }

    @Override
    public void put(String table, byte[] key, byte[] value) {
        table(table).put(txn, new ArrayByteIterable(key), new ArrayByteIterable(value));
    }

    @Override
    public void append(String table, byte[] key, byte[] value) {
        table(table).putRight(txn, new ArrayByteIterable(key), new ArrayByteIterable(value));
    }

    @Override
    public boolean delete(String table, byte[] key) {
        return table(table).delete(txn, new ArrayByteIterable(key));
    }

    private jetbrains.exodus.env.Store table(String name) {
        jetbrains.exodus.env.Store store = tables.apply(name, txn);
        if (store == null) {
            throw new IllegalStateException("a snapshot can't be written to");
        }
        return store;
    }

    @Override
    public Store.Cursor cursor(String table) {
        jetbrains.exodus.env.Store store = tables.apply(table, txn);
        if (store == null) {
            return EmptyCursor.INSTANCE;
        }
        Cursor cursor = store.openCursor(txn);
        cursors.add(cursor);
        return new XodusCursor(cursor);
    }

    void closeCursors() {
        cursors.forEach(Cursor::close);
        cursors.clear();
    }

    @Override
    public void close() {
        closeCursors();
    }

    private static byte[] copy(ByteIterable from, int length) {
        if (length > Engine.FILE_BYTES) {
            throw new ExodusException("a value claims to have " + length + " bytes");
        }
        ByteIterator bytes = from.iterator();
        if (!(bytes instanceof BlockByteIterator blocks)) {
            return Arrays.copyOf(from.getBytesUnsafe(), length);
        }
        byte[] to = new byte[length];
        for (int at = 0; at < length; ) {
            at += blocks.nextBytes(to, at, Math.min(COPY_STEP, length - at));
        }
        return to;
    }

    private record XodusCursor(Cursor cursor) implements Store.Cursor {

        @Override
        public boolean seek(byte[] key) {
            return cursor.getSearchKeyRange(new ArrayByteIterable(key)) != null;
        }

        @Override
        public boolean next() {
            return cursor.getNext();
        }

        @Override
        public boolean previous() {
            return cursor.getPrev();
        }

        @Override
        public boolean last() {
            return cursor.getLast();
        }

        @Override
        public byte[] key() {
            ByteIterable key = cursor.getKey();
            return copy(key, key.getLength());
        }

        @Override
        public byte[] value() {
            ByteIterable value = cursor.getValue();
            return copy(value, value.getLength());
        }

        @Override
        public int valueLength() {
            return cursor.getValue().getLength();
        }

        @Override
        public byte[] valuePrefix(int length) {
            ByteIterable value = cursor.getValue();
            return copy(value, Math.min(length, value.getLength()));
        }
    }

    /** Over a table that was never written to. */
    private static final class EmptyCursor implements Store.Cursor {

        private static final EmptyCursor INSTANCE = new EmptyCursor();

        @Override
        public boolean seek(byte[] key) {
            return false;
        }

        @Override
        public boolean next() {
            return false;
        }

        @Override
        public boolean previous() {
            return false;
        }

        @Override
        public boolean last() {
            return false;
        }

        @Override
        public byte[] key() {
            throw new IllegalStateException("the cursor stands nowhere");
        }

        @Override
        public byte[] value() {
            throw new IllegalStateException("the cursor stands nowhere");
        }

        @Override
        public int valueLength() {
            throw new IllegalStateException("the cursor stands nowhere");
        }

        @Override
        public byte[] valuePrefix(int length) {
            throw new IllegalStateException("the cursor stands nowhere");
        }
    }
}
