package dev.holdfast.gateway.journal;

import dev.holdfast.gateway.agent.Signal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Where the I/O threads put appends and the committer takes them, in order. Its memory is bounded by those who put: they
 * stop reading from their devices while {@link #hasRoom} says no, and are told when there is room again.
 *
 * <p>One lock, held for a few instructions: what is put is a batch, so there are thousands of puts a second, not
 * hundreds of thousands. Bytes count until their commit is over.
 */
final class Handover {

    private final int maxBytes;
    private final Signal signal;
    private final List<Runnable> roomListeners = new CopyOnWriteArrayList<>();

    private final Object lock = new Object();
    private final ArrayDeque<Append> queue = new ArrayDeque<>();
    private volatile long bytes;
    /** Messages that wait, by lane, and their bytes. */
    private final AtomicLongArray laneMessages;

    private final AtomicLongArray laneBytes;

    Handover(int maxBytes, int lanes, Signal signal) {
        this.maxBytes = maxBytes;
        this.laneMessages = new AtomicLongArray(lanes);
        this.laneBytes = new AtomicLongArray(lanes);
        this.signal = signal;
    }

    void add(Append append) {
        count(append, 1);
        synchronized (lock) {
            queue.add(append);
            bytes += append.footprint();
        }
        signal.signal();
    }

    private void count(Append append, int sign) {
        for (Fragment fragment : append.fragments()) {
            laneMessages.addAndGet(fragment.lane(), (long) sign * fragment.count());
            laneBytes.addAndGet(fragment.lane(), sign * fragment.messageBytes());
        }
    }

    /** Messages of the lane that wait to be committed. */
    long messages(int lane) {
        return laneMessages.get(lane);
    }

    /** Bytes of their topics, properties and payloads. */
    long bytes(int lane) {
        return laneBytes.get(lane);
    }

    boolean hasRoom() {
        return bytes < maxBytes;
    }

    long bytes() {
        return bytes;
    }

    void onRoom(Runnable listener) {
        roomListeners.add(listener);
    }

    /** Takes appends of at most the given bytes, or a single larger one. */
    List<Append> take(int atMost) {
        synchronized (lock) {
            long takenBytes = 0;
            List<Append> taken = new ArrayList<>(queue.size());
            for (Append next = queue.peek(); next != null; next = queue.peek()) {
                int footprint = next.footprint();
                if (takenBytes > 0 && takenBytes + footprint > atMost) {
                    break;
                }
                takenBytes += footprint;
                taken.add(queue.remove());
            }
            return taken;
        }
    }

    /** Says that what was taken is in the lanes, and needs no memory any more. */
    void release(List<Append> taken) {
        long takenBytes = 0;
        for (Append append : taken) {
            count(append, -1);
            takenBytes += append.footprint();
        }
        boolean hadRoom;
        synchronized (lock) {
            hadRoom = hasRoom();
            bytes -= takenBytes;
        }
        if (!hadRoom && hasRoom()) {
            tellOfRoom();
        }
    }

    /** Tells those who wait that something may be taken again. */
    void tellOfRoom() {
        roomListeners.forEach(Runnable::run);
    }
}
