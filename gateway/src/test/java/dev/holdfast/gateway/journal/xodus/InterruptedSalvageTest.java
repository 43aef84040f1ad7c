package dev.holdfast.gateway.journal.xodus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.journal.InterceptedStore;
import dev.holdfast.gateway.journal.Store;
import dev.holdfast.gateway.journal.StoreException;
import dev.holdfast.gateway.journal.StoreFullException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A start that brings chunks back and comes to no end: the next one ends with the same. */
class InterruptedSalvageTest {

    @TempDir
    static Path temp = Path.of("");

    private static Path killed = Path.of("");
    private static long[] acknowledged = {};

    @TempDir
    private Path own = Path.of("");

    private int copies;

    enum Damage {
        /** Xodus cuts off what lies behind it, to come back from a copy. */
        IN_THE_NEWEST_FILE {
            @Override
            void to(List<Path> files) throws IOException {
                Path file = files.get(files.size() - 1);
                List<Integer> leaves = DamageTest.Damage.places(file, false);
                breakRecord(file, leaves.get(leaves.size() / 8));
            }
        },
        /** All is set aside, to come back from there. */
        IN_THE_FIRST_FILE {
            @Override
            void to(List<Path> files) throws IOException {
                Files.delete(files.get(0));
            }
        };

        abstract void to(List<Path> files) throws IOException;

        /** Gives a record a length that lies beyond the end of the file. */
        static void breakRecord(Path in, int at) throws IOException {
            try (RandomAccessFile file = new RandomAccessFile(in.toFile(), "rw")) {
                file.seek(at + 2L);
                file.write(new byte[] {0x7f, 0x7f, 0x7f});
            }
        }
    }

    @BeforeAll
    static void fill() throws IOException {
        killed = temp.resolve("killed");
        try (JournalOnDisk journal = JournalOnDisk.create(temp.resolve("store"))) {
            for (int i = 0; i < 500; i++) {
                journal.commit(1 + (i * 7) % 30);
            }
            acknowledged = journal.acknowledged();
            journal.copyTo(killed);
        }
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void shouldEndWithTheSameAfterAKill(Damage damage) throws IOException {
        Path directory = damaged(damage);
        Path then = own.resolve("then");

        compare(damage, directory, then, () -> {
            copy(directory, then);
            throw new StoreException("the process is killed, as far as " + then + " can tell");
        });
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void shouldEndWithTheSameAfterAnError(Damage damage) throws IOException {
        Path directory = damaged(damage);

        compare(damage, directory, directory, () -> {
            throw new StoreException("it fails, and is closed");
        });
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void shouldEndWithTheSameWhenTheDiskWasFullMeanwhile(Damage damage) throws IOException {
        Path directory = damaged(damage);

        compare(damage, directory, directory, () -> {
            throw new StoreFullException("the disk is full, and is not any more", new IOException("No space left"));
        });
    }

    /** One start is interrupted at its second commit, and others follow on a directory; beside a start that is not. */
    private void compare(Damage damage, Path directory, Path then, Runnable interruption) throws IOException {
        AtomicInteger commits = new AtomicInteger();
        InterceptedStore interrupted = new InterceptedStore(XodusStore.open(directory, 0)).beforeCommit(() -> {
            if (commits.incrementAndGet() == 2) {
                interruption.run();
            }
        });
        Iterator<Supplier<Store>> starts = Stream.concat(
                        Stream.<Supplier<Store>>of(() -> interrupted),
                        Stream.<Supplier<Store>>generate(() -> () -> XodusStore.open(then, 0)))
                .iterator();

        JournalOnDisk.Findings findings =
                JournalOnDisk.findings(() -> starts.next().get(), acknowledged);
        JournalOnDisk.Findings whole = JournalOnDisk.findings(damaged(damage), acknowledged);

        assertThat(commits).hasValueGreaterThan(1);
        assertThat(whole.unaccounted).isEmpty();
        assertThat(whole.salvaged).as("more than one commit brings back").isGreaterThan(2_000);
        assertThat(whole.inGaps).isPositive();
        assertThat(findings.unaccounted).isEmpty();
        assertThat(findings.read).isEqualTo(whole.read);
        assertThat(findings.stored).isEqualTo(whole.stored).isEqualTo(whole.read);
        assertThat(findings.inGaps).isEqualTo(whole.inGaps);
    }

    private Path damaged(Damage damage) throws IOException {
        Path directory = own.resolve("store-" + copies++);
        JournalOnDisk.copy(killed, directory);
        damage.to(LogFiles.in(directory.resolve("xodus")));
        return directory;
    }

    private static void copy(Path from, Path to) {
        try {
            JournalOnDisk.copy(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
