package dev.holdfast.gateway.journal.xodus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.journal.Remains;
import dev.holdfast.gateway.journal.Store;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Files of a real store, damaged: whatever is hit, no wrong payload is read, all that was acknowledged is there or
 * accounted for, and the gateway comes up and accepts. {@code -Dholdfast.damage=500} for the full length.
 */
class DamageTest {

    private static final int ROUNDS = Integer.getInteger("holdfast.damage", 8);

    @TempDir
    static Path temp = Path.of("");

    private static Path killed = Path.of("");
    private static long[] acknowledged = {};

    enum Damage {
        FLIP_IN_THE_LAST_FILE {
            @Override
            void to(List<Path> files, SplittableRandom random) throws IOException {
                Path last = files.get(files.size() - 1);
                flip(last, random.nextLong(Files.size(last)), random);
            }
        },
        FLIP_IN_ANY_FILE {
            @Override
            void to(List<Path> files, SplittableRandom random) throws IOException {
                Path file = files.get(random.nextInt(files.size()));
                flip(file, random.nextLong(Files.size(file)), random);
            }
        },
        FLIP_IN_A_HEADER {
            @Override
            void to(List<Path> files, SplittableRandom random) throws IOException {
                Path file = files.get(random.nextBoolean() ? files.size() - 1 : random.nextInt(files.size()));
                List<Integer> leaves = places(file, false);
                flip(file, leaves.get(random.nextInt(leaves.size())) + random.nextInt(6), random);
            }
        },
        FLIP_IN_THE_HEADER_OF_A_CHUNK {
            @Override
            void to(List<Path> files, SplittableRandom random) throws IOException {
                Path file = files.get(random.nextInt(files.size()));
                flip(file, anyChunk(file, random) + random.nextInt(68), random);
            }
        },
        FLIP_IN_A_KEY {
            @Override
            void to(List<Path> files, SplittableRandom random) throws IOException {
                Path file = files.get(random.nextInt(files.size()));
                flip(file, anyChunk(file, random) - 1 - random.nextInt(8), random);
            }
        },
        /** By 32 to 4,096: another of the lane lies there. */
        FLIP_IN_A_KEY_TO_ONE_NEARBY {
            @Override
            void to(List<Path> files, SplittableRandom random) throws IOException {
                Path file = files.get(random.nextInt(files.size()));
                int bit = 5 + random.nextInt(8);
                flipBit(file, anyChunk(file, random) - 1 - bit / 8, bit % 8);
            }
        },
        FLIP_IN_THE_NEWEST_TREE {
            @Override
            void to(List<Path> files, SplittableRandom random) throws IOException {
                Path last = files.get(files.size() - 1);
                flip(last, LogTail.end(LogBytes.of(Files.readAllBytes(last))) - 1 - random.nextInt(600), random);
            }
        },
        FLIP_IN_ANOTHER_TREE {
            @Override
            void to(List<Path> files, SplittableRandom random) throws IOException {
                Path file = files.get(random.nextInt(files.size()));
                List<Integer> roots = places(file, true);
                flip(file, Math.max(0, roots.get(random.nextInt(roots.size())) - random.nextInt(400)), random);
            }
        },
        FLIP_AT_THE_BEGINNING {
            @Override
            void to(List<Path> files, SplittableRandom random) throws IOException {
                flip(files.get(0), random.nextInt(400), random);
            }
        },
        TRUNCATED_TAIL {
            @Override
            void to(List<Path> files, SplittableRandom random) throws IOException {
                Path last = files.get(files.size() - 1);
                try (RandomAccessFile file = new RandomAccessFile(last.toFile(), "rw")) {
                    file.setLength(random.nextLong(LogTail.end(LogBytes.of(Files.readAllBytes(last)))));
                }
            }
        },
        REMOVED_FILE {
            @Override
            void to(List<Path> files, SplittableRandom random) throws IOException {
                Files.delete(files.get(random.nextInt(files.size())));
            }
        },
        ZEROED_PAGE {
            @Override
            void to(List<Path> files, SplittableRandom random) throws IOException {
                Path any = files.get(random.nextInt(files.size()));
                try (RandomAccessFile file = new RandomAccessFile(any.toFile(), "rw")) {
                    long page = random.nextLong(file.length() / 4096);
                    file.seek(page * 4096);
                    file.write(new byte[4096]);
                }
            }
        };

        abstract void to(List<Path> files, SplittableRandom random) throws IOException;

        /** Where one begins; its key lies before it. */
        static int anyChunk(Path file, SplittableRandom random) throws IOException {
            List<Integer> leaves = places(file, false);
            byte[] bytes = Files.readAllBytes(file);
            int at = leaves.get(random.nextInt(leaves.size()));
            while (bytes[at] != 'H' || bytes[at + 1] != 'F') {
                at++;
            }
            return at;
        }

        static List<Integer> places(Path file, boolean roots) throws IOException {
            List<Integer> places = new ArrayList<>();
            RawLog.visit(file, new RawLog.Visitor() {
                @Override
                public boolean leaf(int at, ByteBuffer value) {
                    if (!roots) {
                        places.add(at);
                    }
                    return true;
                }

                @Override
                public void root(int end, boolean followed) {
                    if (roots) {
                        places.add(end);
                    }
                }
            });
            return places;
        }

        static void flip(Path in, long at, SplittableRandom random) throws IOException {
            flipBit(in, at, random.nextInt(8));
        }

        static void flipBit(Path in, long at, int bit) throws IOException {
            try (RandomAccessFile file = new RandomAccessFile(in.toFile(), "rw")) {
                file.seek(at);
                int was = file.read();
                file.seek(at);
                file.write(was ^ (1 << bit));
            }
        }
    }

    @BeforeAll
    static void fill() throws IOException {
        killed = temp.resolve("killed");
        try (JournalOnDisk journal = JournalOnDisk.create(temp.resolve("store"))) {
            for (int i = 0; i < 450; i++) {
                journal.commit(1 + (i * 7) % 30);
            }
            acknowledged = journal.acknowledged();
            journal.copyTo(killed);
        }
    }

    @AfterAll
    static void remove() throws IOException {
        delete(temp.resolve("store"));
    }

    @Test
    void shouldHaveEverythingWithoutDamage() throws IOException {
        Path directory = temp.resolve("whole");
        JournalOnDisk.copy(killed, directory);

        JournalOnDisk.Findings findings = JournalOnDisk.findings(directory, acknowledged);

        assertThat(findings.starts).isEqualTo(1);
        assertThat(findings.read).isEqualTo(acknowledged[0] + acknowledged[1]);
        assertThat(findings.salvaged).isZero();
        assertThat(directory.resolve("recovery")).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void shouldAccountForEverythingAfter(Damage damage) throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            long seed = 1000L * damage.name().length() + round;
            Path directory = temp.resolve(damage + "-" + seed);
            JournalOnDisk.copy(killed, directory);
            damage.to(LogFiles.in(directory.resolve("xodus")), new SplittableRandom(seed));

            JournalOnDisk.Findings findings = JournalOnDisk.findings(directory, acknowledged);

            if (!damage.name().endsWith("TREE")) { // Xodus has no checksums: a hole is seen by fsck only
                assertThat(findings.unaccounted).as(damage + ", seed " + seed).isEmpty();
                assertThat(findings.read + findings.inGaps)
                        .as("messages read and in gaps, " + damage + ", seed " + seed)
                        .isGreaterThanOrEqualTo(acknowledged[0] + acknowledged[1]);
            }
            if (damage.name().startsWith("FLIP_IN_A_KEY")) {
                assertThat(findings.read).as("seed " + seed).isEqualTo(acknowledged[0] + acknowledged[1]);
                assertThat(findings.inGaps).as("seed " + seed).isZero();
            }
            if (damage == Damage.FLIP_IN_THE_HEADER_OF_A_CHUNK) {
                assertThat(findings.inGaps)
                        .as("what is missing, and no more, seed " + seed)
                        .isBetween(1L, 30L)
                        .isEqualTo(acknowledged[0] + acknowledged[1] - findings.read);
            }
            delete(directory);
        }
    }

    @Test
    void shouldBringBackWhatXodusCutsOff() throws IOException {
        Path directory = temp.resolve("cut");
        JournalOnDisk.copy(killed, directory);
        Path last = lastFile(directory);
        List<Integer> leaves = Damage.places(last, false);
        int middle = leaves.get(leaves.size() / 2);
        try (RandomAccessFile file = new RandomAccessFile(last.toFile(), "rw")) {
            file.seek(middle + 2L);
            file.write(new byte[] {0x7f, 0x7f, 0x7f}); // the length of a record, now beyond the end of the file
        }
        Path cut = temp.resolve("cut-by-xodus");
        JournalOnDisk.copy(directory, cut);

        JournalOnDisk.Findings findings = JournalOnDisk.findings(directory, acknowledged);

        assertThat(findings.unaccounted).isEmpty();
        assertThat(findings.lost).hasSize(1);
        assertThat(findings.salvaged).isGreaterThan(500);
        assertThat(findings.read + findings.lost.get(0).messages()).isEqualTo(acknowledged[0] + acknowledged[1]);
        assertThat(directory.resolve("recovery.old").resolve(last.getFileName()))
                .as("copied before it was cut off")
                .exists();
        assertThat(directory.resolve("xodus.broken-1"))
                .as("all the rest stays where it is")
                .doesNotExist();
        assertThat(headWithoutCopies(cut)).as("what Xodus alone leaves").isLessThan(acknowledged[0] - 250);
    }

    @Test
    void shouldCopyAsideWhatIsThereOfALastCommitAndNothingElse() throws IOException {
        byte[] whole = Files.readAllBytes(lastFile(killed));
        byte[] ahead = Arrays.copyOf(whole, whole.length + 8_192);
        Path zeros = temp.resolve("zeros");
        JournalOnDisk.copy(killed, zeros);
        Files.write(lastFile(zeros), ahead);
        try (XodusStore store = XodusStore.open(zeros, 0)) {
            assertThat(lastFile(zeros)).hasSize(whole.length);
            assertThat(zeros.resolve("recovery")).doesNotExist();
            assertThat(chunks(store.remains())).isZero();
        }

        byte[] half = {(byte) 0x86, (byte) 0x81, 0x68, (byte) 0x87, 1, 2, 3}; // a leaf of 1,000 bytes
        System.arraycopy(half, 0, ahead, whole.length, half.length);
        Path directory = temp.resolve("half");
        JournalOnDisk.copy(killed, directory);
        Path last = lastFile(directory);
        Files.write(last, ahead);
        try (XodusStore store = XodusStore.open(directory, 0)) {
            assertThat(last).hasSize(whole.length);
            assertThat(directory.resolve("recovery").resolve(last.getFileName()))
                    .hasBinaryContent(ahead);
            assertThat(chunks(store.remains())).isPositive();
        }
    }

    private static int chunks(Remains remains) {
        AtomicInteger chunks = new AtomicInteger();
        remains.visit((chunk, synced) -> chunks.incrementAndGet() > 0);
        return chunks.get();
    }

    /** Else Xodus could cut off what lies before the two newest files, which fsck has as links to those of the store. */
    @Test
    void shouldCopyAsideBeforeAFileOfZerosIsRemoved() throws IOException {
        Path directory = temp.resolve("nothing");
        JournalOnDisk.copy(killed, directory);
        List<Path> files = LogFiles.in(directory.resolve("xodus"));
        Path last = files.get(files.size() - 1);
        Files.write(last, new byte[8_192]);
        try (XodusStore store = XodusStore.open(directory, 0)) {
            assertThat(last).doesNotExist();
            assertThat(LogFiles.in(directory.resolve("recovery")))
                    .extracting(Path::getFileName)
                    .containsExactly(files.get(files.size() - 2).getFileName(), last.getFileName());
            assertThat(chunks(store.remains())).isPositive();
        }
    }

    @Test
    void shouldBringBackALastCommitWithoutItsEnd() throws IOException {
        Path directory = temp.resolve("end");
        JournalOnDisk.copy(killed, directory);
        Path last = lastFile(directory);
        List<Integer> roots = Damage.places(last, true);
        Damage.flip(last, roots.get(roots.size() - 1) - 1, new SplittableRandom(1));
        byte[] bytes = Files.readAllBytes(last);
        Files.write(last, Arrays.copyOf(bytes, bytes.length + 8_192)); // zeros ahead

        JournalOnDisk.Findings findings = JournalOnDisk.findings(directory, acknowledged);

        assertThat(findings.lost).as("the witness says that it was durable").isEmpty();
        assertThat(findings.read).isEqualTo(acknowledged[0] + acknowledged[1]);
        assertThat(findings.salvaged).isPositive();
        assertThat(findings.starts).isEqualTo(1);
    }

    @Test
    void shouldSayWhatIsLostWhenNothingOfTheLogIsThere() throws IOException {
        Path directory = temp.resolve("no-log");
        JournalOnDisk.copy(killed, directory);
        for (Path file : LogFiles.in(directory.resolve("xodus"))) {
            Files.delete(file);
        }

        JournalOnDisk.Findings findings = JournalOnDisk.findings(directory, acknowledged);

        assertThat(findings.read).isZero();
        assertThat(findings.unaccounted).isEmpty();
        assertThat(findings.inGaps).isEqualTo(acknowledged[0] + acknowledged[1]);
        assertThat(findings.starts).as("the first one ends when it sees that").isEqualTo(2);
    }

    @Test
    void shouldNotLetXodusCutOffWhatIsNotCopied() throws IOException {
        Path directory = temp.resolve("first");
        JournalOnDisk.copy(killed, directory);
        List<Path> files = LogFiles.in(directory.resolve("xodus"));
        assertThat(files).hasSizeGreaterThan(3);
        Files.delete(files.get(0)); // Xodus finds no root that it likes, and would cut off all there is

        JournalOnDisk.Findings findings = JournalOnDisk.findings(directory, acknowledged);

        long all = acknowledged[0] + acknowledged[1];
        assertThat(findings.unaccounted).isEmpty();
        assertThat(findings.read).isGreaterThan(all * 2 / 3);
    }

    /** What becomes of the first lane when nothing is copied before Xodus opens the files. */
    private static long headWithoutCopies(Path directory) {
        Engine engine = Engine.open(directory.resolve("xodus"), null);
        long head = engine.read(reader -> {
            Store.Cursor cursor = reader.cursor("lane.1");
            return cursor.last() ? ByteBuffer.wrap(cursor.key()).getLong() : 0L;
        });
        engine.close();
        return head;
    }

    private static Path lastFile(Path directory) throws IOException {
        List<Path> files = LogFiles.in(directory.resolve("xodus"));
        return files.get(files.size() - 1);
    }

    @Test
    void shouldStartAgainWhereSalvagingWasInterrupted() throws IOException {
        Path directory = temp.resolve("interrupted");
        JournalOnDisk.copy(killed, directory);
        Files.delete(LogFiles.in(directory.resolve("xodus")).get(1));
        Rescue rescue = new Rescue(directory, directory.resolve("xodus"));
        rescue.copyAside();
        rescue.setAside(new IllegalStateException("on purpose"));
        assertThat(directory.resolve("recovery"))
                .as("a single step ends it, which removes \"broken\"")
                .doesNotExist();
        Engine half = Engine.open(directory.resolve("xodus"), null);
        half.commit(tx -> tx.put("lane.1", new byte[8], new byte[100]));
        half.close();

        JournalOnDisk.Findings findings = JournalOnDisk.findings(directory, acknowledged);

        assertThat(findings.unaccounted).isEmpty();
        assertThat(findings.starts).isEqualTo(1);
        assertThat(LogFiles.in(directory.resolve("xodus.broken-1/recovery"))).hasSize(2);
        assertThat(directory.resolve("xodus.broken-2")).doesNotExist();
        assertThat(directory.resolve("broken")).doesNotExist();
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
