package dev.holdfast.gateway.journal.xodus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.holdfast.gateway.journal.Store;
import dev.holdfast.gateway.journal.StoreContractTest;
import dev.holdfast.gateway.journal.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class XodusStoreTest extends StoreContractTest {

    @TempDir
    private Path temp = Path.of("");

    private int generation;
    private final List<Store> opened = new ArrayList<>();

    private Path directory() {
        return temp.resolve("store" + generation);
    }

    @Override
    protected Store open() {
        Store store = XodusStore.open(directory());
        opened.add(store);
        return store;
    }

    /** What a killed process leaves behind is its files as they are: a copy of them, without a close. */
    @Override
    protected void kill(Store store) {
        Path from = directory();
        generation++;
        copy(from, directory());
    }

    private static void copy(Path from, Path to) {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterEach
    void closeAll() {
        opened.forEach(Store::close);
    }

    @Test
    void shouldRefuseASecondOwnerAndSayWhoHasIt() throws IOException {
        Store first = open();

        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(this::open)
                .withMessageContaining(
                        "in use by process " + ProcessHandle.current().pid())
                .withMessageContaining("store.path");
        assertThat(isLockedByUs()).as("the first one still has its lock").isTrue();

        first.close();
        assertThat(isLockedByUs()).isFalse();
        open();
    }

    /** The kernel's own list of locks: a lock goes when a process closes any descriptor of the file. */
    private boolean isLockedByUs() throws IOException {
        Object inode = Files.getAttribute(directory().resolve(DirectoryLock.FILE), "unix:ino");
        String pid = " " + ProcessHandle.current().pid() + " ";
        return Files.readAllLines(Path.of("/proc/locks")).stream()
                .anyMatch(lock -> lock.contains(" POSIX ") && lock.contains(pid) && lock.contains(":" + inode + " "));
    }

    @Test
    void shouldRefuseADirectoryThatIsAFile() throws IOException {
        Files.writeString(directory(), "not a directory");

        assertThatExceptionOfType(StoreException.class).isThrownBy(this::open).withMessageContaining("store0");
    }

    @Test
    void shouldLetNobodyElseLookIn() throws IOException {
        open();

        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(directory().resolve("xodus"))))
                .isEqualTo("rwx------");
    }

    @Test
    void shouldLetNobodyElseReadItsFilesWhateverTheUmask() throws Exception {
        Store store = open();
        for (int i = 0; i < 3; i++) {
            byte[] key = {(byte) i};
            store.commit(tx -> tx.put("t", key, new byte[5 << 20])); // more than one file of the log
        }
        await("the reserve").until(() -> store.space().reserved());

        assertThat(LogFiles.in(directory().resolve("xodus"))).hasSizeGreaterThan(1);
        try (Stream<Path> files = Files.walk(directory())) {
            assertThat(files.filter(Files::isRegularFile))
                    .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .isEqualTo("rw-------"));
        }
    }

    @Test
    void shouldCommitFromAThreadThatWasInterrupted() {
        Store store = open();
        Thread.currentThread().interrupt();
        try {
            for (int i = 0; i < 100; i++) {
                byte[] key = {(byte) i};
                store.commit(tx -> tx.put("t", key, "x".getBytes(UTF_8)));
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
            }
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        kill(store);

        Store again = open();
        int found = again.read(reader -> {
            int count = 0;
            Store.Cursor cursor = reader.cursor("t");
            while (cursor.next()) {
                count++;
            }
            return count;
        });
        assertThat(found).isEqualTo(100);
    }

    @Test
    void shouldSayHowMuchItTakes() {
        Store store = open();
        store.commit(tx -> tx.put("t", new byte[] {1}, new byte[1 << 20]));

        assertThat(store.space().usedBytes()).isBetween(1L << 20, 3L << 20);
        await("the reserve").until(() -> store.space().reserved());
        assertThat(store.space().usedBytes())
                .isBetween(XodusStore.DEFAULT_RESERVE_BYTES, XodusStore.DEFAULT_RESERVE_BYTES + (3L << 20));
    }
}
