package dev.holdfast.gateway.ingest.mqtt;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** What one device has published and its broker has not answered, in order. Counts in the memory that all share. */
final class Unanswered {

    /** How much of one device may wait for the broker's answer. */
    private static final int MAX_BYTES = 1 << 20;

    private final ReadMemory memory;
    private final Gathering gathering;
    private final Deque<HeldPublish> messages = new ArrayDeque<>();
    private int bytes;

    Unanswered(ReadMemory memory, Gathering gathering) {
        this.memory = memory;
        this.gathering = gathering;
    }

    void add(HeldPublish message) {
        messages.add(message);
        gathering.await();
        change(message.footprint());
    }

    /** Takes the oldest with this packet id out; brokers answer in order, so it is the first as a rule. */
    @Nullable
    HeldPublish take(int packetId, int qos) {
        for (Iterator<HeldPublish> all = messages.iterator(); all.hasNext(); ) {
            HeldPublish message = all.next();
            if (message.packetId() == packetId && message.qos() == qos) {
                all.remove();
                gathering.came();
                change(-message.footprint());
                return message;
            }
        }
        return null;
    }

    /** Whether no more may be added until something is answered. */
    boolean isFull() {
        return bytes > MAX_BYTES || !memory.hasRoom();
    }

    /** Whether there is room for more, after there was none. While there is none in the memory of all, only for who has nothing there. */
    boolean hasRoomAgain() {
        return bytes == 0 || (bytes <= MAX_BYTES / 2 && memory.hasRoom());
    }

    /** Nobody waits for the answers any more. */
    void clear() {
        gathering.giveUp(messages.size());
        messages.clear();
        change(-bytes);
    }

    private void change(int more) {
        bytes += more;
        memory.change(more);
    }
}
