package dev.holdfast.gateway.forward;

import dev.holdfast.gateway.journal.Append;
import dev.holdfast.gateway.journal.ChunkReader;
import dev.holdfast.gateway.journal.DeadLetters;
import dev.holdfast.gateway.journal.Journal;
import dev.holdfast.gateway.journal.StoredChunk;
import dev.holdfast.gateway.journal.TopicTable;
import dev.holdfast.gateway.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts messages aside that a sink refuses for good: each is settled when its dead letter is durable. Belongs to an agent. */
final class DeadLetterBox {

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterBox.class);

    /** One line now and then, not one for each: an upstream that refuses all of a kind would fill the disk. */
    private static final long LOG_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final String route;
    private final Journal journal;
    private final Clock clock;
    private final Consumer<Runnable> agent;
    private int busy;
    private long loggedNanos;
    private long notLogged;

    /**
     * An empty one.
     *
     * @param agent has something run on the agent's thread
     */
    DeadLetterBox(String route, Journal journal, Clock clock, Consumer<Runnable> agent) {
        this.route = route;
        this.journal = journal;
        this.clock = clock;
        this.agent = agent;
        this.loggedNanos = clock.nanoTime() - LOG_NANOS;
    }

    /** Whether a dead letter is not durable yet. */
    boolean isBusy() {
        return busy > 0;
    }

    void put(Window.Entry entry, String why) {
        String lane = entry.feed().laneName();
        ChunkReader message = find(entry.feed().lane(), entry.sequence());
        if (message == null) {
            entry.settle(Window.Settled.REMOVED);
            return;
        }
        log(lane, entry.sequence(), why);
        busy++;
        Runnable durable = () -> {
            busy--;
            entry.settle(Window.Settled.DEAD_LETTERED);
        };
        journal.append(new Append(
                List.of(),
                List.of(DeadLetters.put(route, lane, message, why, clock.wallMillis())),
                () -> agent.accept(durable)));
    }

    private void log(String lane, long sequence, String why) {
        long now = clock.nanoTime();
        if (now - loggedNanos < LOG_NANOS) {
            notLogged++;
            return;
        }
        LOG.warn(
                "message put aside as dead letter route={} lane={} sequence={} notLogged={} why=\"{}\"",
                route,
                lane,
                sequence,
                notLogged,
                why);
        loggedNanos = now;
        notLogged = 0;
    }

    /** Null when it is not in the journal any more. */
    private @Nullable ChunkReader find(int lane, long sequence) {
        for (StoredChunk chunk : journal.read(lane, sequence, 1)) {
            ChunkReader reader = chunk.open(new TopicTable());
            while (reader.next()) {
                if (reader.sequence() == sequence) {
                    return reader;
                }
            }
        }
        return null;
    }
}
