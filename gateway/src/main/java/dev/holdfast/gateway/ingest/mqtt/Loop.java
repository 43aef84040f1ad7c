package dev.holdfast.gateway.ingest.mqtt;

import dev.holdfast.gateway.journal.Intake;
import dev.holdfast.gateway.journal.TopicTable;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What the connections of one event loop share: its readers, its topics, and its way back from the committer. However
 * many appends a commit made durable, the loop is woken once for them.
 */
final class Loop {

    private final EventLoop eventLoop;
    private final ReadMemory memory;
    private final Gathering gathering;
    private final PacketReader packetReader = new PacketReader(Unpooled.EMPTY_BUFFER);
    private final PropertyReader propertyReader;
    private final TopicTable topics = new TopicTable();

    private final Queue<AckBatch> durable = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean draining = new AtomicBoolean();

    private final Set<Connection> waitingForRoom = new LinkedHashSet<>();

    Loop(EventLoop eventLoop, Intake intake, ReadMemory memory, Gathering gathering, Limits.Messages limits) {
        this.memory = memory;
        this.gathering = gathering;
        this.propertyReader = new PropertyReader(packetReader, limits);
        this.eventLoop = eventLoop;
        intake.onRoom(() -> execute(this::resumeAll));
    }

    EventLoop eventLoop() {
        return eventLoop;
    }

    ReadMemory memory() {
        return memory;
    }

    Gathering gathering() {
        return gathering;
    }

    PacketReader packetReader() {
        return packetReader;
    }

    PropertyReader propertyReader() {
        return propertyReader;
    }

    TopicTable topics() {
        return topics;
    }

    /** Runs something on the loop, unless it is shut down. Any thread. */
    void execute(Runnable task) {
        try {
            eventLoop.execute(task);
        } catch (RejectedExecutionException e) {
            // the listener is closed, and with it everything that the task could have been about
        }
    }

    /** Takes acknowledgements whose messages are durable. Committer. */
    void durable(AckBatch batch) {
        durable.add(batch);
        if (draining.compareAndSet(false, true)) {
            execute(this::drain);
        }
    }

    private void drain() {
        draining.set(false);
        List<Connection> written = new ArrayList<>();
        for (AckBatch batch = durable.poll(); batch != null; batch = durable.poll()) {
            AckBatch next = batch;
            batch.connection().guard(connection -> {
                if (connection.durable(next)) {
                    written.add(connection);
                }
            });
        }
        written.forEach(connection -> connection.guard(Connection::flush));
    }

    /**
     * Has the connection resumed when the journal has room again. It has found none in the task that runs on this loop
     * now, so what the intake tells after that comes behind this task.
     */
    void waitForRoom(Connection connection) {
        waitingForRoom.add(connection);
    }

    /** The connection has ended; says whether it was waiting. */
    boolean stopWaiting(Connection connection) {
        return waitingForRoom.remove(connection);
    }

    private void resumeAll() {
        List<Connection> waiting = List.copyOf(waitingForRoom);
        waitingForRoom.clear();
        waiting.forEach(connection -> connection.guard(Connection::roomAgain));
    }
}
