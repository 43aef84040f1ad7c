package dev.holdfast.brokertest.bench;

import dev.holdfast.gateway.journal.Store;
import dev.holdfast.gateway.journal.StoreSpace;
import java.util.function.Consumer;
import java.util.function.Function;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** A store that notes how long each commit takes, in µs. */
final class TimedStore implements Store {

    private final Store store;
    private final Histogram micros = new ConcurrentHistogram(3);

    TimedStore(Store store) {
        this.store = store;
    }

    /** Times of the commits so far, its beginning not counted when it was reset. */
    Histogram micros() {
        return micros;
    }

    @Override
    public void commit(Consumer<Writer> work) {
        long start = System.nanoTime();
        store.commit(work);
        micros.recordValue((System.nanoTime() - start) / 1_000);
    }

    @Override
    public void reopen() {
        store.reopen();
    }

    @Override
    public <T extends @Nullable Object> T read(Function<Reader, T> work) {
        return store.read(work);
    }

    @Override
    public void check() {
        store.check();
    }

    @Override
    public void witness(byte[] state) {
        store.witness(state);
    }

    @Override
    public StoreSpace space() {
        return store.space();
    }

    @Override
    public void close() {
        store.close();
    }
}
