package dev.holdfast.gateway.journal.xodus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.holdfast.gateway.journal.LaneState;
import dev.holdfast.gateway.journal.StoreCheck;
import dev.holdfast.gateway.journal.StoreException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What fsck finds, and that it changes nothing unless it is to repair. */
class FsckTest {

    @TempDir
    private Path temp = Path.of("");

    private Path directory = Path.of("");
    private long[] acknowledged = {};

    @BeforeEach
    void fill() throws IOException {
        directory = temp.resolve("store");
        try (JournalOnDisk journal = JournalOnDisk.create(temp.resolve("original"))) {
            for (int i = 0; i < 400; i++) {
                journal.commit(15);
            }
            acknowledged = journal.acknowledged();
            journal.copyTo(directory);
        }
    }

    private StoreCheck.Report check() {
        try (StoreCopy copy = StoreCopy.of(directory)) {
            return StoreCheck.check(copy.store(), bytes -> {});
        }
    }

    private StoreCheck.Report repair() {
        try (XodusStore store = XodusStore.open(directory, 0)) {
            return StoreCheck.repair(store, bytes -> {});
        }
    }

    private void damage(Path file, long at) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(at);
            bytes.write(new byte[] {1, 2, 3, 4});
        }
    }

    private List<Integer> chunksOf(Path file) throws IOException {
        List<Integer> places = new ArrayList<>();
        RawLog.visit(file, new RawLog.Visitor() {
            @Override
            public boolean leaf(int at, ByteBuffer value) {
                places.add(at);
                return true;
            }

            @Override
            public void root(int end, boolean followed) {}
        });
        return places;
    }

    private List<Path> files() throws IOException {
        return LogFiles.in(directory.resolve("xodus"));
    }

    private Map<String, Integer> contents() throws IOException {
        Map<String, Integer> contents = new TreeMap<>();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                contents.put(directory.relativize(file).toString(), Arrays.hashCode(Files.readAllBytes(file)));
            }
        }
        return contents;
    }

    @Test
    void shouldFindNothingWrongAndChangeNothing() throws IOException {
        Map<String, Integer> before = contents();

        StoreCheck.Report report = check();

        assertThat(report.clean()).isTrue();
        assertThat(report.lanes()).extracting(StoreCheck.Lane::name).containsExactly("alarms", "telemetry");
        assertThat(report.lanes())
                .extracting(StoreCheck.Lane::messages)
                .containsExactly(acknowledged[0], acknowledged[1]);
        assertThat(contents()).isEqualTo(before);
    }

    @Test
    void shouldFindABadChunkAndMoveItWhenItIsToRepair() throws IOException {
        int chunk = chunksOf(files().get(0)).get(10);
        damage(files().get(0), chunk + 2_000);
        Map<String, Integer> before = contents();

        StoreCheck.Report found = check();

        assertThat(found.clean()).isFalse();
        assertThat(found.lanes()).extracting(StoreCheck.Lane::badChunks).containsExactlyInAnyOrder(0L, 1L);
        assertThat(contents()).isEqualTo(before);

        assertThat(repair().lanes()).extracting(StoreCheck.Lane::badChunks).containsExactlyInAnyOrder(0L, 1L);
        StoreCheck.Report after = check();
        assertThat(after.quarantined()).isEqualTo(1);
        assertThat(after.lanes()).extracting(StoreCheck.Lane::badChunks).containsExactly(0L, 0L);
        assertAllIsAccountedFor();
    }

    /** What is read and what is in gaps is what was acknowledged: nothing has disappeared, nothing counts twice. */
    private void assertAllIsAccountedFor() {
        JournalOnDisk.Findings findings = JournalOnDisk.findings(directory, acknowledged);
        assertThat(findings.unaccounted).isEmpty();
        assertThat(findings.read).isPositive();
        assertThat(findings.inGaps).isEqualTo(acknowledged[0] + acknowledged[1] - findings.read);
    }

    @Test
    void shouldRecordAGapForABadChunkAtTheEndOfALane() throws IOException {
        Path last = files().get(files().size() - 1);
        List<Integer> chunks = chunksOf(last);
        damage(last, chunks.get(chunks.size() - 1) + 2_000);
        damage(last, chunks.get(chunks.size() - 2) + 2_000);

        StoreCheck.Report report = repair();

        assertThat(report.clean()).isFalse();
        assertThat(report.moved()).isPositive();
        assertThat(check().lanes()).extracting(StoreCheck.Lane::badChunks).containsExactly(0L, 0L);
        assertAllIsAccountedFor();
    }

    @Test
    void shouldSayThatTheTailIsLostAndRecordAGap() throws IOException {
        Path last = files().get(files().size() - 1);
        try (RandomAccessFile bytes = new RandomAccessFile(last.toFile(), "rw")) {
            bytes.setLength(bytes.length() / 2);
        }

        StoreCheck.Report report = repair();

        assertThat(report.clean()).as("something was lost").isFalse();
        assertThat(report.lostMessages()).isPositive();
        assertAllIsAccountedFor();
    }

    @Test
    void shouldSetAsideAtTheNextTryWhatOneCouldNotRead() {
        byte[] tooLong = {0, 0, 0, 0, 0, 0, 0, 100, 0}; // a key among those of chunks
        try (XodusStore store = XodusStore.open(directory, 0)) {
            store.commit(tx -> tx.put("lane.1", tooLong, new byte[100]));
        }

        assertThat(repair().problem()).contains("key has 9 bytes");
        StoreCheck.Report second = repair();

        assertThat(second.problem()).isNull();
        assertThat(second.salvagedMessages()).isEqualTo(acknowledged[0] + acknowledged[1]);
        assertThat(directory.resolve("xodus.broken-1")).exists();
        assertAllIsAccountedFor();
    }

    @Test
    void shouldCountWhatALaneHoldsAfterARepair() throws IOException {
        int chunk = chunksOf(files().get(0)).get(10);
        damage(files().get(0), chunk + 2_000);

        StoreCheck.Report report = repair();

        JournalOnDisk.withJournal(
                directory,
                journal -> assertThat(journal.lanes())
                        .extracting(LaneState::messages, LaneState::bytes)
                        .containsExactlyElementsOf(report.lanes().stream()
                                .map(lane -> tuple(lane.messages(), lane.bytes()))
                                .toList()));
    }

    @Test
    void shouldFindThatTheTailWasCutOffAndChangeNothing() throws IOException {
        Path last = files().get(files().size() - 1);
        try (RandomAccessFile bytes = new RandomAccessFile(last.toFile(), "rw")) {
            bytes.setLength(bytes.length() / 2);
        }
        Map<String, Integer> before = contents();

        StoreCheck.Report report = check();

        assertThat(report.clean()).isFalse();
        assertThat(report.lanes()).allSatisfy(lane -> assertThat(lane.missing()).isPositive());
        long missing =
                report.lanes().stream().mapToLong(StoreCheck.Lane::missing).sum();
        long kept = report.lanes().stream().mapToLong(StoreCheck.Lane::messages).sum();
        assertThat(kept + missing).isEqualTo(acknowledged[0] + acknowledged[1]);
        assertThat(contents()).isEqualTo(before);
    }

    @Test
    void shouldSalvageAStoreThatCantBeReadWhenItIsToRepair() throws IOException {
        Files.delete(files().get(0));
        Map<String, Integer> before = contents();

        assertThat(check().problem()).isNotNull();
        assertThat(contents()).isEqualTo(before);

        StoreCheck.Report report = repair();
        assertThat(report.salvagedMessages()).isPositive();
        assertThat(report.lostMessages())
                .isEqualTo(acknowledged[0] + acknowledged[1] - report.salvagedMessages())
                .isPositive();
        assertThat(check().problem()).isNull();
        assertThat(directory.resolve("xodus.broken-1")).exists();
        assertAllIsAccountedFor();
    }

    @Test
    void shouldSayWhoHasTheStore() {
        try (XodusStore store = XodusStore.open(directory, 0)) {
            assertThat(store.space().usedBytes()).isPositive();
            assertThatExceptionOfType(StoreException.class)
                    .isThrownBy(this::check)
                    .withMessageContaining(
                            "in use by process " + ProcessHandle.current().pid());
        }
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> StoreCopy.of(temp.resolve("nowhere")))
                .withMessageContaining("there is no store");
    }
}
