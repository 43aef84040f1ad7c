package dev.holdfast.gateway.simulation;

import dev.holdfast.gateway.journal.Store;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Notes what a transaction appends: what it removes again at once would otherwise never be seen. */
final class RecordingWriter implements Store.Writer {

    /**
     * An entry that was appended.
     *
     * @param table its table
     * @param key its key
     * @param value its value
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Entry(String table, byte[] key, byte[] value) {}

    private final Store.Writer tx;
    private final List<Entry> appended = new ArrayList<>();

    RecordingWriter(Store.Writer tx) {
        this.tx = tx;
    }

    List<Entry> appended() {
        return appended;
    }

    @Override
    public void append(String table, byte[] key, byte[] value) {
        appended.add(new Entry(table, key, value));
        tx.append(table, key, value);
    }

    @Override
    public void put(String table, byte[] key, byte[] value) {
        tx.put(table, key, value);
    }

    @Override
    public boolean delete(String table, byte[] key) {
        return tx.delete(table, key);
    }

    @Override
    public byte @Nullable [] get(String table, byte[] key) {
        return tx.get(table, key);
    }

    @Override
    public Store.Cursor cursor(String table) {
        return tx.cursor(table);
    }
}
