package dev.holdfast.gateway.journal.xodus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.journal.Append;
import dev.holdfast.gateway.journal.ChunkReader;
import dev.holdfast.gateway.journal.Fragment;
import dev.holdfast.gateway.journal.JournalOptions;
import dev.holdfast.gateway.journal.Origin;
import dev.holdfast.gateway.journal.StoreJournal;
import dev.holdfast.gateway.journal.StoredChunk;
import dev.holdfast.gateway.journal.Topic;
import dev.holdfast.gateway.journal.TopicTable;
import dev.holdfast.gateway.time.Clock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The end of the log as crashes and power cuts leave it, in files that had zeros written ahead. */
class LogTailTest {

    private static final int SECTOR = 512;
    private static final Topic TOPIC = Topic.of("plant/line/7/temperature");

    @TempDir
    private Path temp = Path.of("");

    private int copies;

    private static StoreJournal open(Path directory) {
        return StoreJournal.open(XodusStore.open(directory, 0), JournalOptions.defaults(List.of()), Clock.system());
    }

    private static void commit(StoreJournal journal, byte[]... payloads) {
        Fragment fragment = new Fragment(0, Origin.frontDoor("device"), 0, 16);
        for (byte[] payload : payloads) {
            fragment.begin(TOPIC, 1, false, 0, payload.length);
            int at = fragment.claim(payload.length);
            System.arraycopy(payload, 0, fragment.buffer(), at, payload.length);
        }
        boolean[] durable = {false};
        journal.append(new Append(List.of(fragment), List.of(), () -> durable[0] = true));
        step(journal);
        assertThat(durable[0]).isTrue();
    }

    private static void step(StoreJournal journal) {
        while (journal.committer().doWork() == 0) {
            // until there is nothing to do
        }
    }

    private static byte[] random(int bytes, long seed) {
        byte[] payload = new byte[bytes];
        new Random(seed).nextBytes(payload);
        return payload;
    }

    private static byte[] payload(long sequence) {
        int bytes = 50 + (int) (sequence * 7_919 % 6_000);
        return sequence % 5 == 0 ? new byte[bytes] : random(bytes, sequence);
    }

    private Path copy(Path directory) throws IOException {
        Path copy = temp.resolve("copy-" + copies++);
        JournalOnDisk.copy(directory, copy);
        return copy;
    }

    private static Path last(Path directory) throws IOException {
        List<Path> files = LogFiles.in(directory.resolve("xodus"));
        return files.get(files.size() - 1);
    }

    /** The payloads that are there when a gateway starts on the directory, which must find no damage. */
    private static List<byte[]> found(Path directory) throws IOException {
        List<byte[]> payloads = new ArrayList<>();
        try (StoreJournal journal = open(directory)) {
            assertThat(journal.lost()).isEmpty();
            assertThat(journal.stats().corruptChunks()).isZero();
            assertThat(directory.resolve("xodus.broken-1")).doesNotExist();
            List<StoredChunk> chunks = journal.read(0, 1, Integer.MAX_VALUE);
            for (StoredChunk chunk : chunks) {
                ChunkReader reader = chunk.open(new TopicTable());
                while (reader.next()) {
                    int from = reader.payloadOffset();
                    payloads.add(Arrays.copyOfRange(reader.bytes(), from, from + reader.payloadLength()));
                }
            }
        }
        return payloads;
    }

    /** The sectors of a file in which it is not as it was. */
    private static List<Integer> changed(byte[] before, byte[] after) {
        List<Integer> sectors = new ArrayList<>();
        for (int at = 0; at < after.length; at += SECTOR) {
            int end = at + SECTOR;
            byte[] was = Arrays.copyOfRange(before, Math.min(at, before.length), Math.min(end, before.length));
            byte[] is = Arrays.copyOfRange(after, at, Math.min(end, after.length));
            if (!Arrays.equals(was, is)) {
                sectors.add(at / SECTOR);
            }
        }
        return sectors;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldCutOffACommitOfWhichAnySectorIsMissing(long seed) throws IOException {
        Random random = new Random(seed);
        Path store = temp.resolve("store");
        int whole = 0;
        try (StoreJournal journal = open(store)) {
            for (long sequence = 1; sequence <= 20; sequence++) {
                commit(journal, payload(sequence));
            }
            for (long sequence = 21; sequence <= 32; sequence++) {
                Path before = copy(store);
                commit(journal, payload(sequence));
                byte[] was = Files.readAllBytes(last(before));
                byte[] is = Files.readAllBytes(last(store));
                if (!last(before).getFileName().equals(last(store).getFileName()) || was.length != is.length) {
                    continue; // the file got longer: what is written behind its end comes with its length
                }
                List<Integer> sectors = changed(was, is);
                Collections.shuffle(sectors, random);
                int written = random.nextInt(sectors.size() + 1);
                for (int sector : sectors.subList(0, written)) {
                    System.arraycopy(is, sector * SECTOR, was, sector * SECTOR, SECTOR);
                }
                Files.write(last(before), was);
                boolean isWhole = written == sectors.size();
                whole += isWhole ? 1 : 0;

                List<byte[]> found = found(before);

                long expected = isWhole ? sequence : sequence - 1;
                assertThat(found)
                        .as("with %d of %d sectors", written, sectors.size())
                        .hasSize((int) expected);
                for (int i = 0; i < expected; i++) {
                    assertThat(found.get(i)).isEqualTo(payload(i + 1));
                }
            }
        }
        assertThat(whole).isLessThan(12);
    }

    /** Wherever records begin in sectors: the commits shift them by some bytes each time. */
    @ParameterizedTest
    @CsvSource({"700, 1300, 1", "33_000, 60_000, 1_501"})
    void shouldFindTheEndWhicheverSectorIsMissing(int from, int to, int step) throws IOException {
        Path store = temp.resolve("store");
        int tried = 0;
        try (StoreJournal journal = open(store)) {
            commit(journal, payload(1));
            Path file = last(store);
            byte[] was = Files.readAllBytes(file);
            for (int bytes = from; bytes < to; bytes += step) {
                commit(journal, random(bytes, bytes));
                byte[] is = Files.readAllBytes(last(store));
                int end = LogTail.end(LogBytes.of(was));
                if (file.equals(last(store)) && commitsBehind(end, is) == 1) { // else the cleaner was there too
                    byte[] before = Arrays.copyOf(was, is.length);
                    for (int sector : changed(before, is)) {
                        int at = sector * SECTOR;
                        byte[] torn = is.clone();
                        System.arraycopy(before, at, torn, at, Math.min(SECTOR, is.length - at));
                        assertThat(LogTail.end(LogBytes.of(torn)))
                                .as("payload of %d bytes, sector %d is missing", bytes, sector)
                                .isEqualTo(end);
                        assertThat(endThroughWindows(torn, 1 + tried % 700))
                                .as("the same through a window of %d bytes", 1 + tried % 700)
                                .isEqualTo(end);
                        tried++;
                    }
                }
                file = last(store);
                was = is;
            }
        }
        assertThat(tried).isGreaterThan(1_000);
    }

    private int endThroughWindows(byte[] bytes, int windowBytes) throws IOException {
        Path file = Files.write(temp.resolve("torn"), bytes);
        try (FileChannel open = FileChannel.open(file)) {
            return LogTail.end(LogBytes.through(open, windowBytes));
        }
    }

    private static int commitsBehind(int end, byte[] file) {
        int[] commits = {0};
        RawLog.visit(LogBytes.of(file), new RawLog.Visitor() {
            @Override
            public boolean leaf(int at, ByteBuffer value) {
                return false;
            }

            @Override
            public void root(int rootEnd, boolean followed) {
                commits[0] += rootEnd > end ? 1 : 0;
            }
        });
        return commits[0];
    }

    @Test
    void shouldBelieveACommitOfZerosThatIsWhole() throws IOException {
        Path store = temp.resolve("store");
        try (StoreJournal journal = open(store)) {
            commit(journal, payload(1));
            for (int bytes : new int[] {600, 5_000, 20_000}) {
                commit(journal, new byte[bytes]);

                List<byte[]> found = found(copy(store));

                assertThat(found.get(found.size() - 1)).isEqualTo(new byte[bytes]);
            }
        }
    }

    @Test
    void shouldBelieveARecordOfZerosThatIsNoChunk() throws IOException {
        Path directory = temp.resolve("store");
        byte[] key = new byte[16];
        try (XodusStore store = XodusStore.open(directory, 0)) {
            store.commit(tx -> tx.put("quarantine", key, random(100, 1)));
            store.commit(tx -> tx.put("quarantine", key, new byte[3_000]));
            Path killed = copy(directory);

            try (XodusStore again = XodusStore.open(killed, 0)) {
                byte[] value = again.read(reader -> reader.get("quarantine", key));
                assertThat(value).isEqualTo(new byte[3_000]);
            }
        }
    }

    /** A page of the tree ends with an address, whose last bytes may be zeros. */
    @Test
    void shouldNotTakeZerosAtTheEndOfAPageForASectorThatWasNotWritten() {
        byte[] file = new byte[4 * SECTOR];
        byte[] page = new byte[SECTOR - 4 + 3]; // it reaches into the second sector by zeros
        Arrays.fill(page, 0, SECTOR - 4, (byte) 7);
        int at = loggable(file, 0, 2, page);
        int end = loggable(file, at, 1, new byte[] {number(10), number(5), (byte) 0x56, (byte) 0x81});

        assertThat(LogTail.end(LogBytes.of(file))).isEqualTo(end);

        Arrays.fill(file, 0, SECTOR, (byte) 0);
        assertThat(LogTail.end(LogBytes.of(file))).isZero();
    }

    private static int loggable(byte[] file, int from, int type, byte[] data) {
        int at = from;
        file[at++] = (byte) (type ^ 0x80);
        file[at++] = number(1);
        file[at++] = (byte) (data.length & 0x7f);
        file[at++] = number(data.length >> 7);
        System.arraycopy(data, 0, file, at, data.length);
        return at + data.length;
    }

    private static byte number(int value) {
        return (byte) (value | 0x80);
    }

    @Test
    void shouldWriteZerosAheadAndCutThemOff() throws IOException {
        Path store = temp.resolve("store");
        Path killed;
        long length;
        try (StoreJournal journal = open(store)) {
            commit(journal, random(1_000, 1));
            length = Files.size(last(store));
            commit(journal, random(1_000, 2));
            assertThat(Files.size(last(store))).isEqualTo(length);
            assertThat(length).isGreaterThan(ZerosAhead.AHEAD_BYTES);
            killed = copy(store);
        }
        assertThat(Files.size(last(store))).isLessThan(length - ZerosAhead.AHEAD_BYTES / 2);

        assertThat(found(killed)).hasSize(2);
        assertThat(Files.size(last(killed))).isLessThan(length - ZerosAhead.AHEAD_BYTES / 2);
    }

    @Test
    void shouldCountTheZerosAsBytesOnDisk() throws IOException {
        Path directory = temp.resolve("store");
        try (XodusStore store = XodusStore.open(directory, 0)) {
            store.commit(tx -> tx.put("t", new byte[8], random(100, 1)));

            assertThat(store.space().usedBytes()).isEqualTo(Files.size(last(directory)) + 2 * WitnessFile.PLACE_BYTES);
        }
    }

    @Test
    void shouldNotWriteLargeCommitsTwice() throws IOException {
        Path store = temp.resolve("store");
        try (StoreJournal journal = open(store)) {
            commit(journal, random(1_000, 1));
            for (int i = 0; i < 10; i++) {
                commit(journal, random(100_000, i));
            }

            byte[] file = Files.readAllBytes(last(store));

            assertThat(file[file.length - 1]).isNotZero();
        }
    }
}
