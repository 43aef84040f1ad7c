package dev.holdfast.gateway.journal.xodus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.holdfast.gateway.journal.Store;
import dev.holdfast.gateway.journal.StoreException;
import dev.holdfast.gateway.journal.StoreFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A disk that is really full: of a file system that is too small. */
class FullDiskTest {

    private static final int DISK_MEBIBYTES = 64;
    private static final long RESERVE_BYTES = 8 << 20;
    private static final int WITNESS_BYTES = 2 * WitnessFile.PLACE_BYTES;
    private static final int VALUE_BYTES = 300_000;
    private static final int ENTRIES_A_COMMIT = 4;

    enum Kind {
        TMPFS,
        EXT4
    }

    @TempDir
    private Path temp = Path.of("");

    private TinyDisk mount(Kind kind) throws IOException {
        return kind == Kind.TMPFS ? TinyDisk.tmpfs(temp, DISK_MEBIBYTES) : TinyDisk.ext4(temp, DISK_MEBIBYTES);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void shouldGoOnAfterTheDiskWasFull(Kind kind) throws Exception {
        try (TinyDisk disk = mount(kind);
                XodusStore store = XodusStore.open(disk.path().resolve("store"), RESERVE_BYTES)) {
            awaitReserve(store, true);
            int committed = 0;
            for (int round = 0; round < 3; round++) {
                int from = committed;
                committed = fill(store, committed);
                assertThat(committed).isGreaterThan(from);

                store.reopen();

                assertThat(store.space().reserved()).isFalse();
                assertThat(keys(store)).as("round " + round).isEqualTo(numbers(from, committed));
                removeAll(store, from, committed);
                awaitReserve(store, true);
                assertThat(keys(store)).isEmpty();
            }
        }
    }

    @Test
    void shouldLetReadersWaitUntilItIsOpenAgain() throws Exception {
        try (TinyDisk disk = mount(Kind.TMPFS);
                XodusStore store = XodusStore.open(disk.path().resolve("store"), RESERVE_BYTES)) {
            awaitReserve(store, true);
            AtomicBoolean over = new AtomicBoolean();
            List<CompletableFuture<Integer>> readers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                readers.add(CompletableFuture.supplyAsync(() -> readUntil(store, over)));
            }
            int committed = fill(store, 0);
            // the environment is of no use now: who reads is held up, not turned away
            CompletableFuture<List<Long>> late = CompletableFuture.supplyAsync(() -> keys(store));

            store.reopen();

            assertThat(late.get(30, TimeUnit.SECONDS)).isEqualTo(numbers(0, committed));
            over.set(true);
            for (CompletableFuture<Integer> reader : readers) {
                assertThat(reader.get(30, TimeUnit.SECONDS)).isPositive();
            }
        }
    }

    private static int readUntil(Store store, AtomicBoolean over) {
        int reads = 0;
        while (!over.get()) {
            store.read(reader -> reader.cursor("t").last());
            reads++;
        }
        return reads;
    }

    @Test
    void shouldFailWhenItIsOpenedAgainWithoutAnyRoom() throws Exception {
        try (TinyDisk disk = mount(Kind.TMPFS)) {
            XodusStore store = XodusStore.open(disk.path().resolve("store"), 0);
            int committed = fill(store, 0);
            assertThat(store.space().reserved()).isFalse();

            store.reopen();

            assertThat(keys(store)).isEqualTo(numbers(0, committed));
            assertThatExceptionOfType(StoreFullException.class)
                    .isThrownBy(() -> fill(store, committed, 1))
                    .withMessageContaining("No space left");
            assertThatExceptionOfType(StoreException.class).isThrownBy(store::check);
            store.reopen();
            store.close();
        }
    }

    @Test
    void shouldHaveItsReserveAgainWhenItIsStartedOnAFullDisk() throws Exception {
        try (TinyDisk disk = mount(Kind.TMPFS)) {
            Path directory = disk.path().resolve("store");
            int committed;
            try (XodusStore store = XodusStore.open(directory, RESERVE_BYTES)) {
                awaitReserve(store, true);
                committed = fill(store, 0);
                store.reopen();
            }
            try (XodusStore again = XodusStore.open(directory, RESERVE_BYTES)) {
                assertThat(keys(again)).isEqualTo(numbers(0, committed));
                removeAll(again, 0, committed);
                awaitReserve(again, true);
                await("the cleaner") // which deletes files meanwhile
                        .untilAsserted(() -> assertThat(again.space().usedBytes())
                                .isCloseTo(filesIn(directory), within((long) WITNESS_BYTES)));
            }
        }
    }

    private static long filesIn(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .filter(file ->
                            !file.toString().endsWith("lck") && !file.toString().endsWith("lock"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    private static void awaitReserve(XodusStore store, boolean reserved) {
        await("the reserve")
                .atMost(Duration.ofSeconds(30))
                .until(() -> store.space().reserved() == reserved);
    }

    /** Commits until the disk is full; returns how many entries were committed by then. */
    private static int fill(XodusStore store, int from) {
        for (int at = from; ; at += ENTRIES_A_COMMIT) {
            try {
                fill(store, at, ENTRIES_A_COMMIT);
            } catch (StoreFullException e) {
                return at;
            }
        }
    }

    private static void fill(XodusStore store, int from, int entries) {
        store.commit(tx -> {
            for (int i = from; i < from + entries; i++) {
                tx.append("t", key(i), value(i));
            }
        });
    }

    /** Removes in small steps, as trimming does, with a check of what is there. */
    private static void removeAll(XodusStore store, int from, int to) {
        for (int at = from; at < to; at += ENTRIES_A_COMMIT) {
            int begin = at;
            store.commit(tx -> {
                for (int i = begin; i < begin + ENTRIES_A_COMMIT; i++) {
                    assertThat(tx.get("t", key(i))).isEqualTo(value(i));
                    tx.delete("t", key(i));
                }
            });
        }
    }

    private static List<Long> keys(Store store) {
        return store.read(reader -> {
            List<Long> keys = new ArrayList<>();
            Store.Cursor cursor = reader.cursor("t");
            while (cursor.next()) {
                keys.add(ByteBuffer.wrap(cursor.key()).getLong());
            }
            return keys;
        });
    }

    private static List<Long> numbers(int from, int to) {
        List<Long> numbers = new ArrayList<>();
        for (long i = from; i < to; i++) {
            numbers.add(i);
        }
        return numbers;
    }

    private static byte[] key(long i) {
        return ByteBuffer.allocate(Long.BYTES).putLong(i).array();
    }

    private static byte[] value(int i) {
        byte[] value = new byte[VALUE_BYTES];
        new SplittableRandom(i).nextBytes(value);
        return value;
    }
}
