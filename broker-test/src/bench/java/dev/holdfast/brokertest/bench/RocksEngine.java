package dev.holdfast.brokertest.bench;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.CompressionType;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** RocksDB with a synced write-ahead log: a write batch each time; what is settled goes by a range deletion. */
final class RocksEngine implements Engine {

    private static final byte[] CURSOR = {'c'};

    private final Options options =
            new Options().setCreateIfMissing(true).setCompressionType(CompressionType.NO_COMPRESSION);
    private final WriteOptions synced = new WriteOptions().setSync(true);
    private final RocksDB database;

    RocksEngine(Path directory) {
        RocksDB.loadLibrary();
        try {
            database = RocksDB.open(options, directory.toString());
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Numbers sort as unsigned bytes; those of messages are not negative and so lie before the cursor's. */
    private static byte[] key(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    @Override
    public void commit(long first, List<byte[]> records, @Nullable Settled settled) {
        try (WriteBatch batch = new WriteBatch()) {
            long number = first;
            for (byte[] next : records) {
                batch.put(key(number++), next);
            }
            if (settled != null) {
                batch.deleteRange(key(settled.from()), key(settled.to()));
                batch.put(CURSOR, key(settled.to()));
            }
            database.write(synced, batch);
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void read(long from, Consumer<byte[]> visitor) {
        int bytes = 0;
        try (RocksIterator entries = database.newIterator()) {
            for (entries.seek(key(from)); atMessage(entries) && bytes < Flow.READ_BYTES; entries.next()) {
                byte[] next = entries.value();
                visitor.accept(next);
                bytes += next.length;
            }
        }
    }

    private static boolean atMessage(RocksIterator entries) {
        return entries.isValid() && entries.key().length == Long.BYTES;
    }

    @Override
    public long stored() {
        long count = 0;
        try (RocksIterator entries = database.newIterator()) {
            for (entries.seekToFirst(); atMessage(entries); entries.next()) {
                count++;
            }
        }
        return count;
    }

    @Override
    public void close() {
        database.close();
        synced.close();
        options.close();
    }
}
