package dev.holdfast.brokertest.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.LongDataType;
import org.jspecify.annotations.Nullable;

/** H2's MVStore: a map, committed and synced with each batch; chunks are free to be written over at once. */
final class MvStoreEngine implements Engine {

    private final MVStore store;
    private final MVMap<Long, byte[]> messages;
    private final MVMap<Long, byte[]> cursor;

    MvStoreEngine(Path directory) {
        store = new MVStore.Builder()
                .fileName(directory.resolve("queue.mv").toString())
                .autoCommitDisabled()
                .cacheSize(32)
                .open();
        store.setRetentionTime(0);
        messages = store.openMap(
                "messages",
                new MVMap.Builder<Long, byte[]>().keyType(LongDataType.INSTANCE).valueType(ByteArrayDataType.INSTANCE));
        cursor = store.openMap("cursor");
    }

    @Override
    public void commit(long first, List<byte[]> records, @Nullable Settled settled) {
        long number = first;
        for (byte[] next : records) {
            messages.append(number++, next);
        }
        if (settled != null) {
            for (long old = settled.from(); old < settled.to(); old++) {
                messages.remove(old);
            }
            cursor.put(0L, new byte[] {(byte) settled.to()});
        }
        store.commit();
        store.sync();
    }

    @Override
    public void read(long from, Consumer<byte[]> visitor) {
        int bytes = 0;
        Cursor<Long, byte[]> entries = messages.cursor(from);
        while (bytes < Flow.READ_BYTES && entries.hasNext()) {
            entries.next();
            visitor.accept(entries.getValue());
            bytes += entries.getValue().length;
        }
    }

    @Override
    public long stored() {
        return messages.sizeAsLong();
    }

    @Override
    public void close() {
        store.close();
    }
}
