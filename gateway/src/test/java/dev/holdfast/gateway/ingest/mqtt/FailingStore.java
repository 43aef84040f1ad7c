package dev.holdfast.gateway.ingest.mqtt;

import dev.holdfast.gateway.journal.Store;
import dev.holdfast.gateway.journal.StoreException;
import dev.holdfast.gateway.journal.StoreSpace;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A store whose commits can be made to fail, with nothing of them written. */
final class FailingStore implements Store {

    private final Store store;
    private volatile boolean failing;

    FailingStore(Store store) {
        this.store = store;
    }

    void failFromNowOn() {
        failing = true;
    }

    @Override
    public void commit(Consumer<Writer> work) {
        if (failing) {
            throw new StoreException("the test wants this commit to fail");
        }
        store.commit(work);
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
    public void reopen() {
        store.reopen();
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
