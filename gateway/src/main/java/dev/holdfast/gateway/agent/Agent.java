package dev.holdfast.gateway.agent;

/**
 * Work that is done in steps by one thread at a time. Implementations keep their state private to that thread; what
 * other threads hand in goes through a queue and a {@link Signal}.
 */
public interface Agent {

    /**
     * Does what there is to do, without waiting for more.
     *
     * @return how long the runner may sleep when nobody signals, in nanoseconds; 0 when there is more to do at once
     */
    long doWork();

    /** Called once by the same thread after the last step. */
    void onClose();

    /** The name of the role, which is also the name of the thread. */
    String roleName();
}
