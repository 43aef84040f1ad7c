package dev.holdfast.gateway.journal.xodus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.journal.InterceptedStore;
import dev.holdfast.gateway.journal.LaneState;
import dev.holdfast.gateway.journal.Store;
import dev.holdfast.gateway.journal.StoreException;
import dev.holdfast.gateway.journal.StoreFullException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A start that brings chunks back and comes to no end: the next one ends with the same. */
class InterruptedSalvageTest {

    @TempDir
    static Path temp = Path.of("");

    private static final Map<Damage, Whole> WHOLE = new EnumMap<>(Damage.class);

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
        },
        /** Xodus cuts something off before it is set aside, and that comes back from a copy. */
        IN_BOTH {
            @Override
            void to(List<Path> files) throws IOException {
                IN_THE_NEWEST_FILE.to(files);
                IN_THE_FIRST_FILE.to(files);
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
            for (int i = 0; i < 360; i++) {
                journal.commit(1 + (i * 7) % 30);
            }
            acknowledged = journal.acknowledged();
            journal.copyTo(killed);
        }
    }

    /** How a start is interrupted. */
    enum Interruption {
        /** Others go on from the files as they are then. */
        KILL {
            @Override
            Path now(Path directory) {
                Path then = directory.resolveSibling(directory.getFileName() + "-then");
                copy(directory, then);
                return then;
            }
        },
        /** It is closed. */
        ERROR,
        /** It has another try in the same process. */
        FULL_DISK {
            @Override
            StoreException exception() {
                return new StoreFullException("the disk is full, and is not any more", new IOException("no space"));
            }
        };

        Path now(Path directory) {
            return directory;
        }

        StoreException exception() {
            return new StoreException("interrupted");
        }
    }

    /** What a start does that is not interrupted. */
    private record Whole(int commits, JournalOnDisk.Findings findings) {}

    private static List<Arguments> interruptions() {
        return Stream.of(Damage.values())
                .flatMap(damage -> Stream.of(Interruption.values()).map(how -> Arguments.of(damage, how)))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("interruptions")
    void shouldEndWithTheSame(Damage damage, Interruption how) throws IOException {
        Whole whole = whole(damage);
        int last = whole.commits();
        assertThat(last)
                .as("several to bring back, one of the salvage, one of the journal")
                .isGreaterThan(4);
        assertThat(whole.findings().salvaged).isGreaterThan(2_000);
        assertThat(whole.findings().inGaps).isPositive();
        assertThat(whole.findings().unaccounted).isEmpty();
        List<Integer> moments = how == Interruption.FULL_DISK
                ? List.of(2, last - 1, last)
                : List.of(2, last - 1, last, last + 1); // the last one is when all is durable

        for (int moment : moments) {
            compare(whole.findings(), interrupted(damage, how, moment, last), "before commit " + moment);
        }
    }

    private Whole whole(Damage damage) throws IOException {
        Whole known = WHOLE.get(damage);
        if (known != null) {
            return known;
        }
        AtomicInteger commits = new AtomicInteger();
        AtomicInteger commitsBefore = new AtomicInteger();
        InterceptedStore counted = new InterceptedStore(XodusStore.open(damaged(damage), 0));
        counted.beforeCommit(commits::incrementAndGet).beforeRecovered(() -> commitsBefore.set(commits.get()));
        JournalOnDisk.Findings findings = JournalOnDisk.findings(() -> counted, acknowledged);
        Whole whole = new Whole(commitsBefore.get(), findings);
        WHOLE.put(damage, whole);
        return whole;
    }

    private JournalOnDisk.Findings interrupted(Damage damage, Interruption how, int moment, int last)
            throws IOException {
        Path directory = damaged(damage);
        Path[] then = {directory};
        Runnable interruption = () -> {
            then[0] = how.now(directory);
            throw how.exception();
        };
        AtomicInteger commits = new AtomicInteger();
        InterceptedStore store = new InterceptedStore(XodusStore.open(directory, 0)).beforeCommit(() -> {
            if (commits.incrementAndGet() == moment) {
                interruption.run();
            }
        });
        if (moment > last) {
            store.beforeRecovered(interruption);
        }
        Iterator<Supplier<Store>> starts = Stream.concat(
                        Stream.<Supplier<Store>>of(() -> store),
                        Stream.<Supplier<Store>>generate(() -> () -> XodusStore.open(then[0], 0)))
                .iterator();
        JournalOnDisk.Findings findings =
                JournalOnDisk.findings(() -> starts.next().get(), acknowledged);
        if (damage == Damage.IN_THE_NEWEST_FILE && moment <= last) {
            assertThat(then[0].resolve("recovery.old"))
                    .as("for people to look into")
                    .exists();
        }
        return findings;
    }

    private static void compare(JournalOnDisk.Findings whole, JournalOnDisk.Findings findings, String when) {
        assertThat(findings.unaccounted).as(when).isEmpty();
        assertThat(findings.read).as(when).isEqualTo(whole.read);
        assertThat(findings.inGaps).as(when).isEqualTo(whole.inGaps);
        assertThat(findings.stored)
                .as(when)
                .isEqualTo(whole.stored)
                .extracting(LaneState::messages)
                .satisfies(messages -> assertThat(
                                messages.stream().mapToLong(Long::longValue).sum())
                        .isEqualTo(findings.read));
        assertThat(findings.stored).as(when).allSatisfy(lane -> {
            assertThat(lane.bytes()).isEqualTo(lane.messages() * JournalOnDisk.MESSAGE_BYTES);
            assertThat(lane.storedBytes())
                    .as("what its chunks take, which have each topic once")
                    .isBetween(lane.messages() * JournalOnDisk.PAYLOAD_BYTES, lane.bytes());
        });
    }

    private Path damaged(Damage damage) throws IOException {
        Path directory = own.resolve("store-" + copies++);
        JournalOnDisk.copy(killed, directory);
        damage.to(LogFiles.in(directory.resolve("xodus")));
        return directory;
    }

    static void copy(Path from, Path to) {
        try {
            JournalOnDisk.copy(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
