package dev.holdfast.brokertest;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.holdfast.gateway.journal.Append;
import dev.holdfast.gateway.journal.Fragment;
import dev.holdfast.gateway.journal.JournalOptions;
import dev.holdfast.gateway.journal.Origin;
import dev.holdfast.gateway.journal.StoreJournal;
import dev.holdfast.gateway.journal.Topic;
import dev.holdfast.gateway.journal.xodus.XodusStore;
import dev.holdfast.gateway.time.Clock;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A journal under load whose committing thread is interrupted at random moments, from its start on or once some messages
 * are acknowledged. Says {@code ack N} on standard output, in a write of its own, when message N is durable, and ends with 0
 * after the last, or with 74 when a commit fails.
 *
 * <p>Arguments: directory of the store, number of messages, how many are acknowledged before the first interrupt, seed.
 */
final class InterruptedMain {

    private static final int STORE_FAILED = 74;
    private static final int IN_FLIGHT = 16;
    private static final int MAX_PAUSE_MICROS = 50_000;

    private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);
    private final Semaphore room = new Semaphore(IN_FLIGHT);
    private final CountDownLatch beforeInterrupts;
    private final StoreJournal journal;

    private InterruptedMain(Path directory, int beforeInterrupts) {
        this.beforeInterrupts = new CountDownLatch(beforeInterrupts);
        journal = StoreJournal.open(XodusStore.open(directory), JournalOptions.defaults(List.of()), Clock.system());
    }

    public static void main(String[] args) throws InterruptedException {
        InterruptedMain main = new InterruptedMain(Path.of(args[0]), Integer.parseInt(args[2]));
        main.run(Integer.parseInt(args[1]), new Random(Long.parseLong(args[3])));
    }

    /** What is found again in what is written to the store. */
    private static String mark(int message) {
        return "<%08d>".formatted(message);
    }

    private void run(int messages, Random random) throws InterruptedException {
        journal.start(failure -> {
            say("failed: " + failure.getMessage());
            Runtime.getRuntime().halt(STORE_FAILED);
        });
        Thread committer = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(journal.committer().roleName()))
                .findFirst()
                .orElseThrow();
        Thread interrupter = new Thread(() -> interrupt(committer, random), "interrupter");
        interrupter.setDaemon(true);
        interrupter.start();
        for (int message = 0; message < messages; message++) {
            if (!room.tryAcquire(10, TimeUnit.SECONDS)) {
                say("stuck before message " + message);
                Runtime.getRuntime().halt(1);
            }
            append(message);
        }
        if (!room.tryAcquire(IN_FLIGHT, 10, TimeUnit.SECONDS)) {
            say("stuck at the end");
            Runtime.getRuntime().halt(1);
        }
        Runtime.getRuntime().halt(0);
    }

    private void interrupt(Thread committer, Random random) {
        try {
            beforeInterrupts.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        while (true) {
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(MAX_PAUSE_MICROS)));
            committer.interrupt();
        }
    }

    private void append(int message) {
        byte[] payload = mark(message).repeat(8).getBytes(US_ASCII); // Xodus may cut one of them in two
        Fragment fragment = new Fragment(0, Origin.frontDoor("device"), journal.gatewayMillis(), 64);
        fragment.begin(Topic.of("sensors/1"), 1, false, 0, payload.length);
        int at = fragment.claim(payload.length);
        System.arraycopy(payload, 0, fragment.buffer(), at, payload.length);
        journal.append(new Append(List.of(fragment), List.of(), () -> {
            say("ack " + message);
            beforeInterrupts.countDown();
            room.release();
        }));
    }

    private void say(String line) {
        try {
            out.write((line + "\n").getBytes(US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
