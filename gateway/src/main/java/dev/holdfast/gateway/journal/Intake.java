package dev.holdfast.gateway.journal;

/** Takes what is to become durable, and says when to hold back. The write side of the {@link Journal}. Thread-safe. */
public interface Intake {

    /** Hands in what is to become durable. Any thread; never blocks; takes it even when {@link #hasRoom} says no. */
    void append(Append append);

    /** Whether the memory for what waits to be committed is not used up. Who reads from devices stops when it is. */
    boolean hasRoom();

    /** Whether the lane takes a message now; {@link #append} takes it whatever this says. Any thread; asked for each. */
    Admission admission(int lane);

    /**
     * Adds somebody to be told, on any thread, when there is room again after there was none, in memory or in a lane. Must
     * not block.
     */
    void onRoom(Runnable listener);

    /** Gateway time now, in milliseconds; what a message that comes in is stamped with. */
    long gatewayMillis();
}
