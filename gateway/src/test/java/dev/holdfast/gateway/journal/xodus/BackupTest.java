package dev.holdfast.gateway.journal.xodus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.gateway.journal.StoreCheck;
import dev.holdfast.gateway.journal.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Backups of a store that is written to meanwhile, and what becomes of files that are none. */
class BackupTest {

    @TempDir
    private Path temp = Path.of("");

    private Path file() {
        return temp.resolve("backup");
    }

    private Path restored() {
        return temp.resolve("restored");
    }

    @Test
    void shouldBeTheStoreAsItWasAtOneMoment() throws Exception {
        try (JournalOnDisk journal = JournalOnDisk.create(temp.resolve("store"))) {
            journal.commit(20);
            AtomicBoolean over = new AtomicBoolean();
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
                while (!over.get()) {
                    journal.commit(20);
                }
            });
            for (int round = 0; round < 3; round++) {
                long[] before = journal.acknowledged();
                AtomicLong done = new AtomicLong();

                Backup.take(temp.resolve("store"), file(), (total, bytes) -> {
                    assertThat(bytes).isLessThanOrEqualTo(total);
                    done.set(bytes);
                });

                long[] after = journal.acknowledged();
                Restore.run(file(), restored(), (total, bytes) -> {});
                assertThat(done.get()).isPositive();
                try (StoreCopy copy = StoreCopy.of(restored())) {
                    StoreCheck.Report report = StoreCheck.check(copy.store(), bytes -> {});
                    assertThat(report.clean()).isTrue();
                    assertThat(report.lanes())
                            .hasSize(2)
                            .allSatisfy(lane -> assertThat(lane.messages()).isBetween(before[0], after[0] + 20));
                }
                StoreCopy.remove(restored());
            }
            over.set(true);
            writer.get(30, TimeUnit.SECONDS);
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        assertThat(names(temp)).containsExactlyInAnyOrder("store", "backup");
        assertThat(names(temp.resolve("store"))).noneMatch(name -> name.startsWith("backup"));
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private void refuses(String why) throws IOException {
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> Restore.run(file(), restored(), (total, bytes) -> {}))
                .withMessageContaining(why);
        assertThat(names(temp)).noneMatch(name -> name.startsWith("restored"));
    }

    @Test
    void shouldRefuseWhatIsNoBackup() throws IOException {
        Files.writeString(file(), "not a zip file");
        refuses("can't restore");

        zip("something", "else");
        refuses("not a backup of Holdfast");

        zip("holdfast-backup", "holdfast backup 2\n");
        refuses("of a newer one");

        zip("holdfast-backup", "holdfast backup 1\nxodus/../../evil.xd 4\n", "xodus/../../evil.xd", "evil");
        refuses("makes no sense");

        zip("holdfast-backup", "holdfast backup 1\n", "../evil", "evil");
        refuses("does not know the entry");

        zip("holdfast-backup", "holdfast backup 1\nxodus/00000000000.xd 5\n", "xodus/00000000000.xd", "four");
        refuses("makes no sense");

        zip("holdfast-backup", "holdfast backup 1\nxodus/00000000000.xd 4\n");
        refuses("missing");
        assertThat(temp.resolve("evil")).doesNotExist();
    }

    private void zip(String... namesAndContents) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file()))) {
            for (int i = 0; i < namesAndContents.length; i += 2) {
                zip.putNextEntry(new ZipEntry(namesAndContents[i]));
                zip.write(namesAndContents[i + 1].getBytes(UTF_8));
                zip.closeEntry();
            }
        }
    }

    @Test
    void shouldRefuseATruncatedOne() throws IOException {
        try (JournalOnDisk journal = JournalOnDisk.create(temp.resolve("store"))) {
            journal.commit(200);
        }
        Backup.take(temp.resolve("store"), file(), (total, bytes) -> {});
        byte[] whole = Files.readAllBytes(file());
        Files.write(file(), Arrays.copyOf(whole, whole.length - 100));

        refuses("can't restore");
    }

    @Test
    void shouldNotRestoreOverWhatIsThere() throws IOException {
        try (JournalOnDisk journal = JournalOnDisk.create(temp.resolve("store"))) {
            journal.commit(1);
        }
        Backup.take(temp.resolve("store"), file(), (total, bytes) -> {});

        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> Restore.run(file(), temp.resolve("store"), (total, bytes) -> {}))
                .withMessageContaining("is not empty");
        Files.createDirectory(restored());
        Restore.run(file(), restored(), (total, bytes) -> {});
        assertThat(restored().resolve("xodus")).exists();
    }

    @Test
    void shouldLeaveNothingWhenThereIsNoStore() throws IOException {
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> Backup.take(temp.resolve("nowhere"), file(), (total, bytes) -> {}))
                .withMessageContaining("there is no store");
        assertThat(names(temp)).isEmpty();
    }

    /** A backup has what is in the log only. */
    @ParameterizedTest
    @ValueSource(strings = {"recovery", "broken"})
    void shouldNotTakeOneOfAStoreWithoutWhatIsStillToBeBroughtBack(String left) throws IOException {
        Path store = temp.resolve("damaged");
        try (JournalOnDisk journal = JournalOnDisk.create(store)) {
            journal.commit(3);
        }
        Files.createDirectory(store.resolve(left));

        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> Backup.take(store, file(), (total, bytes) -> {}))
                .withMessageContaining("can't back up " + store)
                .withMessageContaining("start the gateway");
        assertThat(file()).doesNotExist();
    }

    /** Links of a backup that was killed keep on the disk what the gateway deletes. */
    @Test
    void shouldRemoveWhatAKilledBackupHasLeftAndNothingElse() throws IOException {
        Path store = temp.resolve("left");
        try (JournalOnDisk journal = JournalOnDisk.create(store)) {
            journal.commit(3);
        }
        Path file = LogFiles.in(store.resolve("xodus")).get(0);
        Path killed = Files.createDirectories(store.resolve("backup.tmp-1"));
        Files.createLink(killed.resolve(file.getFileName()), file);

        try (Temporary running = Temporary.make(store, "backup.tmp-")) {
            assertThat(killed).as("removed by the next backup").doesNotExist();
            Files.createDirectories(killed);
            try (XodusStore opened = XodusStore.open(store, 0)) {
                assertThat(opened.space().usedBytes()).isPositive();
                assertThat(killed).as("removed by the next start").doesNotExist();
                assertThat(running.directory()).as("of one that runs").exists();
            }
        }
        try (Stream<Path> left = Files.list(store)) {
            assertThat(left).noneMatch(path -> path.getFileName().toString().startsWith("backup.tmp"));
        }
    }
}
