package dev.holdfast.brokertest.bench;

import dev.holdfast.gateway.journal.StoreJournal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/** A flow through the journal: one thread hands in, each route reads on a thread of its own. */
final class JournalFlow implements Flow {

    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(120);
    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    private final Sensors sensors;
    private final int batch;
    private final TimedStore store;
    private final StoreJournal journal;
    private final Feeder feeder;
    private final List<RouteReader> readers = new ArrayList<>();

    JournalFlow(Path directory, Sensors sensors, int batch, int routes, int lanes) {
        this(directory, sensors, batch, routes, lanes, Journals.Commit.SINGLE);
    }

    JournalFlow(Path directory, Sensors sensors, int batch, int routes, int lanes, Journals.Commit commit) {
        this.sensors = sensors;
        this.batch = batch;
        List<String> names =
                IntStream.range(0, routes).mapToObj(i -> "route-" + i).toList();
        store = Journals.timed(directory);
        journal = Journals.open(store, names, lanes, commit);
        feeder = new Feeder(journal, sensors, batch);
        for (String name : names) {
            RouteReader reader = new RouteReader(journal, name, sensors.payloadBytes(), BACKLOG);
            readers.add(reader);
            reader.start();
        }
        journal.onCommit(() -> readers.forEach(RouteReader::wake));
    }

    StoreJournal journal() {
        return journal;
    }

    /** Times of its commits so far. */
    Histogram commitMicros() {
        return store.micros();
    }

    /** Has the readers leave so many messages in the journal, the newest. */
    void keepBehind(long messages) {
        readers.forEach(reader -> reader.keepBehind(messages));
    }

    @Override
    public double run(long messages) {
        long end = feeder.fed() + messages;
        long before = feeder.fed();
        long start = System.nanoTime();
        while (feeder.fed() < end) {
            awaitSettled(feeder.fed() - MAX_BACKLOG);
            feeder.feed();
        }
        feeder.flush();
        return (feeder.fed() - before) * 1e9 / (System.nanoTime() - start);
    }

    @Override
    public double drain() {
        long before = slowest();
        long start = System.nanoTime();
        keepBehind(0);
        awaitSettled(feeder.fed());
        double rate = (feeder.fed() - before) * 1e9 / (System.nanoTime() - start);
        awaitTrimmed();
        for (RouteReader reader : readers) {
            reader.close();
            if (reader.settled() != feeder.fed()) {
                throw new IllegalStateException(
                        "handed in were " + feeder.fed() + " messages, delivered " + reader.settled());
            }
        }
        return rate;
    }

    /** Hands in messages at a pace, whether they get durable or not; waits until they are, and gives how many. */
    long pace(double perSecond, Duration time) {
        long[] next = {Journals.head(journal)};
        long messages = Pace.run(perSecond, time, due -> {
            for (long left = due; left > 0; left -= batch) {
                int count = (int) Math.min(left, batch);
                journal.append(sensors.append(next[0], count, journal.gatewayMillis(), () -> {}));
                next[0] += count;
            }
        });
        long start = System.nanoTime();
        while (Journals.head(journal) < next[0]) {
            pause(start, "durable are " + Journals.head(journal) + " of " + next[0]);
        }
        return messages;
    }

    private long slowest() {
        return readers.stream().mapToLong(RouteReader::settled).min().orElseThrow();
    }

    private void awaitSettled(long messages) {
        long start = System.nanoTime();
        while (slowest() < messages) {
            pause(start, "the readers stand at " + slowest() + " of " + messages);
        }
    }

    private void awaitTrimmed() {
        long start = System.nanoTime();
        while (Journals.stored(journal) > 0) {
            pause(start, Journals.stored(journal) + " messages are not trimmed");
        }
    }

    private static void pause(long startNanos, String state) {
        if (System.nanoTime() - startNanos > TIMEOUT_NANOS) {
            throw new IllegalStateException("nothing moves: " + state);
        }
        LockSupport.parkNanos(PAUSE_NANOS);
    }

    @Override
    public void close() {
        readers.forEach(RouteReader::close);
        journal.close();
    }
}
