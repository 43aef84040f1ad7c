package dev.holdfast.gateway.journal;

import static dev.holdfast.gateway.journal.StoredMessages.add;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.gateway.journal.StoredMessages.Stored;
import dev.holdfast.gateway.journal.xodus.XodusStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A store of format 1, as it lies in {@code src/test/resources/format-1}: every later Holdfast must read it. The files were
 * written once, by {@link #main}, and are never written again.
 */
class FormatOneTest {

    private static final Path FIXTURE = Path.of("src/test/resources/format-1");

    @TempDir
    private Path temp = Path.of("");

    /** Writes the fixture; an argument says where. */
    public static void main(String[] args) {
        ManualClock clock = new ManualClock();
        JournalOptions options = options();
        try (StoreJournal journal = StoreJournal.open(XodusStore.open(Path.of(args[0]), 0), options, clock)) {
            Fragment alarms = new Fragment(0, Origin.frontDoor("boiler"), 0, 64);
            add(alarms, Topic.of("wanted"), 1, false, "", "delivered");
            add(alarms, Topic.of("unwanted"), 0, false, "", "kept in a sparse chunk");
            add(alarms, Topic.of("wanted"), 1, false, "", "delivered too");
            add(alarms, Topic.of("unwanted"), 2, true, "", "kept as well");
            Fragment dropped = new Fragment(1, Origin.frontDoor("sensor"), 0, 64);
            add(dropped, Topic.of("wanted"), 1, false, "", "removed undelivered");
            journal.append(new Append(List.of(dropped), List.of(), () -> {}));
            step(journal);
            Fragment telemetry = new Fragment(1, Origin.frontDoor("sensor"), 0, 64);
            add(telemetry, Topic.of("wanted"), 2, true, "\u0001\u0001", "with properties");
            journal.append(new Append(List.of(alarms, telemetry), List.of(), () -> {}));
            step(journal);
            journal.saveProgress(
                    "cloud",
                    new RouteProgress(
                            List.of(LaneProgress.from("alarms", 5), LaneProgress.from("telemetry", 1)), 2, 3, 4));
            step(journal);
            clock.advance(Duration.ofSeconds(1)); // progress is due
            Fragment later = new Fragment(0, Origin.frontDoor("boiler"), 0, 64);
            add(later, Topic.of("wanted"), 1, false, "", "pending");
            journal.append(new Append(
                    List.of(later),
                    List.of(
                            new Mutation(SideTable.SESSIONS, bytes("sensor"), bytes("a session")),
                            new Mutation(SideTable.HELD_IDS, bytes("sensor\0\0\7"), new byte[] {1}),
                            new Mutation(SideTable.DEAD_LETTERS, bytes("cloud/alarms/........"), bytes("a letter")),
                            new Mutation(
                                    SideTable.QUARANTINE,
                                    new ByteWriter(16)
                                            .writeLong(2)
                                            .writeLong(77)
                                            .toByteArray(),
                                    bytes("HF damaged"))),
                    () -> {}));
            step(journal);
        }
    }

    private static JournalOptions options() {
        return JournalOptions.defaults(List.of(SteppedJournal.wanting("cloud", "wanted")))
                .withLanes(List.of(
                        LaneOptions.unlimited("alarms"),
                        SteppedJournal.lane("telemetry", SteppedJournal.count(1), WhenFull.DROP_OLDEST)));
    }

    private static void step(StoreJournal journal) {
        while (journal.committer().doWork() == 0) {
            // until there is nothing to do
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private Path copy() throws IOException {
        Path copy = temp.resolve("store");
        try (Stream<Path> files = Files.walk(FIXTURE)) {
            for (Path file : files.toList()) {
                Path target = copy.resolve(FIXTURE.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
        return copy;
    }

    @Test
    void shouldReadAllOfIt() throws IOException {
        try (StoreJournal journal = StoreJournal.open(XodusStore.open(copy(), 0), options(), new ManualClock())) {
            assertThat(read(journal, 0))
                    .extracting(message -> message.sequence() + " " + message.topic() + " " + message.payload())
                    .containsExactly(
                            "2 unwanted kept in a sparse chunk", "4 unwanted kept as well", "5 wanted pending");
            Stored rich = read(journal, 1).get(0);
            assertThat(rich.qos()).isEqualTo(2);
            assertThat(rich.retain()).isTrue();
            assertThat(rich.properties()).isEqualTo("\u0001\u0001");
            assertThat(rich.payload()).isEqualTo("with properties");
            assertThat(rich.origin()).isEqualTo(Origin.frontDoor("sensor"));
            RouteProgress progress = journal.progress("cloud");
            assertThat(progress.accepted()).isEqualTo(2);
            assertThat(progress.deadLettered()).isEqualTo(3);
            assertThat(progress.expired()).isEqualTo(4);
            assertThat(progress.lanes())
                    .extracting(lane -> lane.lane() + lane.pending().get(0).from())
                    .containsExactly("alarms5", "telemetry1");
            assertThat(side(journal, SideTable.SESSIONS)).containsExactly("sensor=a session");
            assertThat(side(journal, SideTable.HELD_IDS)).hasSize(1);
            assertThat(side(journal, SideTable.DEAD_LETTERS)).containsExactly("cloud/alarms/........=a letter");
            assertThat(side(journal, SideTable.QUARANTINE))
                    .singleElement()
                    .asString()
                    .endsWith("=HF damaged");
            assertThat(journal.stats().corruptChunks()).isEqualTo(1);
            assertThat(journal.lost()).isEmpty();
            assertThat(journal.head(0)).isEqualTo(5);
            assertThat(journal.head(1)).isEqualTo(2);
            assertThat(journal.lanes().get(0).unrouted()).isEqualTo(2);
            assertThat(journal.gaps()).singleElement().satisfies(gap -> {
                assertThat(gap.lane()).isEqualTo("telemetry");
                assertThat(gap.routes()).containsExactly("cloud");
                assertThat(gap.from()).isEqualTo(1);
                assertThat(gap.to()).isEqualTo(1);
                assertThat(gap.messages()).isEqualTo(1);
                assertThat(gap.reason()).isEqualTo(GapReason.COUNT);
            });
            assertThat(journal.gapTotals().messages()).containsEntry(GapReason.COUNT, 1L);
        }
    }

    private static List<Stored> read(StoreJournal journal, int lane) {
        List<Stored> messages = new ArrayList<>();
        for (StoredChunk chunk : journal.read(lane, 1, Integer.MAX_VALUE)) {
            messages.addAll(StoredMessages.read(chunk.open(new TopicTable())));
        }
        return messages;
    }

    private static List<String> side(StoreJournal journal, SideTable table) {
        List<String> entries = new ArrayList<>();
        journal.scan(table, (key, value) -> entries.add(new String(key, UTF_8) + "=" + new String(value, UTF_8)));
        return entries;
    }

    @Test
    void shouldRefuseANewerFormatAndChangeNothing() throws IOException {
        Path directory = copy();
        try (XodusStore store = XodusStore.open(directory, 0)) {
            store.commit(tx -> tx.put(Meta.TABLE, Meta.FORMAT, new byte[] {Meta.FORMAT_VERSION + 1}));
        }
        Map<String, Integer> before = contents(directory);

        XodusStore store = XodusStore.open(directory, 0);
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> StoreJournal.open(store, options(), new ManualClock()))
                .withMessageContaining("format version 2")
                .withMessageContaining("start the one that wrote it");
        store.close();

        assertThat(contents(directory)).isEqualTo(before);
    }

    /** All but Xodus's lock file, which tells when it was locked. */
    private static Map<String, Integer> contents(Path directory) throws IOException {
        Map<String, Integer> contents = new TreeMap<>();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                if (!file.endsWith("xd.lck")) {
                    contents.put(directory.relativize(file).toString(), Arrays.hashCode(Files.readAllBytes(file)));
                }
            }
        }
        return contents;
    }
}
