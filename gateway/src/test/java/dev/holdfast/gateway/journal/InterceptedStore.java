package dev.holdfast.gateway.journal;

import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A store before whose commits something happens that a test wants, such as an exception instead. */
public final class InterceptedStore implements Store {

    private final Store store;
    private volatile Runnable beforeCommit = () -> {};
    private volatile Runnable beforeRecovered = () -> {};

    /** A store of which nothing is different yet. */
    public InterceptedStore(Store store) {
        this.store = store;
    }

    /** Runs this before each commit from now on. When it throws, nothing is written. */
    public InterceptedStore beforeCommit(Runnable interception) {
        beforeCommit = interception;
        return this;
    }

    /** Runs this before {@link #recovered}. */
    public InterceptedStore beforeRecovered(Runnable interception) {
        beforeRecovered = interception;
        return this;
    }

    @Override
    public void commit(Consumer<Writer> work) {
        beforeCommit.run();
        store.commit(work);
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
    public StoreSpace space() {
        return store.space();
    }

    @Override
    public void witness(byte[] state) {
        store.witness(state);
    }

    @Override
    public @Nullable Remains remains() {
        return store.remains();
    }

    @Override
    public void distrust(String why) {
        store.distrust(why);
    }

    @Override
    public void recovered(boolean missed) {
        beforeRecovered.run();
        store.recovered(missed);
    }

    @Override
    public void close() {
        store.close();
    }
}
