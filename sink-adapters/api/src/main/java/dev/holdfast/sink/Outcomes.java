package dev.holdfast.sink;

/** Where a sink reports what became of the messages of a batch. Any thread; never blocks. */
public interface Outcomes {

    /**
     * Settles a message. Each is settled once; a second time is ignored.
     *
     * @param index its index in the batch
     * @param outcome what became of it
     */
    void settle(int index, Outcome outcome);
}
