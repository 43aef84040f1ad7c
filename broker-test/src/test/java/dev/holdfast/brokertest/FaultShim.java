package dev.holdfast.brokertest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;

/**
 * Faults between a process and its disk and its clock, see {@code src/test/c/faults.c}: loaded into the process that gets
 * {@link #environment()}, and ruled from here while it runs. Without orders it does nothing.
 */
final class FaultShim {

    /** How a process ends at a sync. */
    enum Crash {
        /** Nothing of what is to be synced is synced, the process is killed. */
        BEFORE(1),
        /** It is synced, and the process killed before it can tell anybody. */
        AFTER(2),
        /** As in a power cut: what was not synced is there in part, or not, or zero. */
        TORN(3);

        private final int code;

        Crash(int code) {
            this.code = code;
        }
    }

    /** What fails with an I/O error. */
    enum Failure {
        WRITES(1),
        SYNCS(2),
        /** The first sync of a log file. */
        SYNCS_OF_FRESH_FILES(3),
        SYNCS_OF_DIRECTORIES(4),
        /** What another thread than the committer writes and syncs: the store's cleaner. */
        IN_BACKGROUND(5);

        private final int code;

        Failure(int code) {
            this.code = code;
        }
    }

    // Where the fields are in the control file.
    private static final int SYNCS = 0;
    private static final int CRASH_AT = 8;
    private static final int CRASH_HOW = 16;
    private static final int SEED = 24;
    private static final int SWALLOW_SYNCS = 32;
    private static final int DELAY_MICROS = 40;
    private static final int WALL_SHIFT_MILLIS = 48;
    private static final int FAIL_WHAT = 56;
    private static final int FAIL_FROM = 64;
    private static final int FAIL_SEEN = 72;
    private static final int CONTROL_BYTES = 80;

    private static final Path SOURCE = Path.of("src/test/c/faults.c");
    private static final Path LIBRARY = Path.of("target/faults.so");
    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static boolean compiled;

    private final Path control;
    private final MappedByteBuffer fields;

    FaultShim(Path directory) {
        compile();
        control = directory.resolve("faults").toAbsolutePath();
        try {
            Files.createDirectories(directory);
            try (FileChannel channel = FileChannel.open(
                    control, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                fields = channel.map(FileChannel.MapMode.READ_WRITE, 0, CONTROL_BYTES);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static synchronized void compile() {
        if (compiled) {
            return;
        }
        Path fresh = LIBRARY.resolveSibling("faults.so.new");
        ManagedProcess.run(
                "gcc",
                "-std=c11",
                "-O2",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-shared",
                "-fPIC",
                "-o",
                fresh.toString(),
                SOURCE.toString(),
                "-ldl");
        try {
            Files.move(fresh, LIBRARY, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        compiled = true;
    }

    /** What the process must find in its environment. */
    Map<String, String> environment() {
        return Map.of("LD_PRELOAD", LIBRARY.toAbsolutePath().toString(), "FAULTS_CONTROL", control.toString());
    }

    /** Syncs of all processes since the last {@link #crashAtSync}. */
    long syncs() {
        return get(SYNCS);
    }

    /** Counts syncs from now on, and crashes at the n-th, from 1. */
    void crashAtSync(long n, Crash how, long seed) {
        set(CRASH_AT, 0);
        set(SYNCS, 0);
        set(CRASH_HOW, how.code);
        set(SEED, seed);
        set(CRASH_AT, n);
    }

    void crashNoMore() {
        set(CRASH_AT, 0);
    }

    /** Whether syncs say that they have succeeded and do nothing. */
    void swallowSyncs(boolean swallow) {
        set(SWALLOW_SYNCS, swallow ? 1 : 0);
    }

    /** Lets each sync take so much longer. */
    void delaySyncs(Duration delay) {
        set(DELAY_MICROS, delay.toNanos() / 1_000);
    }

    /** Lets the wall clock differ from the machine's; no other clock moves. */
    void shiftWallClock(Duration shift) {
        set(WALL_SHIFT_MILLIS, shift.toMillis());
    }

    /** Lets the n-th of these from now on, from 1, and all after it fail; the seed is for what a failed sync leaves. */
    void failFrom(long n, Failure what, long seed) {
        set(FAIL_WHAT, 0);
        set(FAIL_SEEN, 0);
        set(SEED, seed);
        set(FAIL_FROM, n);
        set(FAIL_WHAT, what.code);
    }

    void failNoMore() {
        set(FAIL_WHAT, 0);
    }

    private long get(int field) {
        return (long) LONGS.getVolatile(fields, field);
    }

    private void set(int field, long value) {
        LONGS.setVolatile(fields, field, value);
    }
}
