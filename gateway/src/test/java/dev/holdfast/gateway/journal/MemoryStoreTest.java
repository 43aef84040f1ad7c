package dev.holdfast.gateway.journal;

import org.jspecify.annotations.Nullable;

/** The store that other tests use must keep the same contract as the real one. */
class MemoryStoreTest extends StoreContractTest {

    private @Nullable MemoryStore last;

    @Override
    protected Store open() {
        MemoryStore before = last;
        MemoryStore next = before == null ? new MemoryStore() : before.afterCrash();
        last = next;
        return next;
    }

    @Override
    protected void kill(Store store) {
        // nothing to be done: reopen takes what was committed
    }
}
