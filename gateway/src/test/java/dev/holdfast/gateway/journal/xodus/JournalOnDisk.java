package dev.holdfast.gateway.journal.xodus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.journal.Append;
import dev.holdfast.gateway.journal.ChunkReader;
import dev.holdfast.gateway.journal.CorruptChunkException;
import dev.holdfast.gateway.journal.Fragment;
import dev.holdfast.gateway.journal.Gap;
import dev.holdfast.gateway.journal.JournalOptions;
import dev.holdfast.gateway.journal.LaneOptions;
import dev.holdfast.gateway.journal.LaneState;
import dev.holdfast.gateway.journal.Lost;
import dev.holdfast.gateway.journal.Origin;
import dev.holdfast.gateway.journal.SideTable;
import dev.holdfast.gateway.journal.Store;
import dev.holdfast.gateway.journal.StoreJournal;
import dev.holdfast.gateway.journal.StoredChunk;
import dev.holdfast.gateway.journal.Topic;
import dev.holdfast.gateway.journal.TopicTable;
import dev.holdfast.gateway.time.Clock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** A journal with two lanes in a real store, and what it was acknowledged: for tests that damage its files. */
final class JournalOnDisk implements AutoCloseable {

    static final List<String> LANES = List.of("alarms", "telemetry");
    private static final Topic TOPIC = Topic.of("plant/line/7/temperature");
    static final int PAYLOAD_BYTES = 2_000;

    /** Bytes of a message: of its topic and its payload. */
    static final int MESSAGE_BYTES = PAYLOAD_BYTES + 24;

    private final Path directory;
    private final StoreJournal journal;

    /** What the payload of each message begins with is told by its lane and sequence. */
    private final long[] acknowledged = new long[LANES.size()];

    private JournalOnDisk(Path directory) {
        this.directory = directory;
        this.journal = open(directory);
    }

    static JournalOnDisk create(Path directory) {
        return new JournalOnDisk(directory);
    }

    private static StoreJournal open(Path directory) {
        return open(XodusStore.open(directory, 0));
    }

    private static StoreJournal open(Store store) {
        try {
            List<LaneOptions> lanes = LANES.stream().map(LaneOptions::unlimited).toList();
            JournalOptions options = JournalOptions.defaults(List.of()).withLanes(lanes);
            return StoreJournal.open(store, options, Clock.system());
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /** The newest acknowledged sequence of each lane. */
    long[] acknowledged() {
        return acknowledged.clone();
    }

    /** Commits one time with so many messages in each lane. */
    void commit(int messages) {
        AtomicInteger durable = new AtomicInteger();
        List<Fragment> fragments = new ArrayList<>();
        for (int lane = 0; lane < LANES.size(); lane++) {
            Fragment fragment = new Fragment(lane, Origin.frontDoor("device"), 0, messages * (PAYLOAD_BYTES + 8));
            for (int i = 1; i <= messages; i++) {
                byte[] payload = payload(lane, acknowledged[lane] + i);
                fragment.begin(TOPIC, 1, false, 0, payload.length);
                int at = fragment.claim(payload.length);
                System.arraycopy(payload, 0, fragment.buffer(), at, payload.length);
            }
            fragments.add(fragment);
        }
        journal.append(new Append(fragments, List.of(), durable::incrementAndGet));
        step(journal);
        assertThat(durable).hasValue(1);
        for (int lane = 0; lane < LANES.size(); lane++) {
            acknowledged[lane] += messages;
            assertThat(journal.head(lane)).isEqualTo(acknowledged[lane]);
        }
    }

    private static void step(StoreJournal journal) {
        while (journal.committer().doWork() == 0) {
            // until there is nothing to do
        }
    }

    static byte[] payload(int lane, long sequence) {
        byte[] payload = new byte[PAYLOAD_BYTES];
        new SplittableRandom(31 * sequence + lane).nextBytes(payload);
        byte[] text = (lane + "/" + sequence + " ").getBytes(UTF_8);
        System.arraycopy(text, 0, payload, 0, text.length);
        return payload;
    }

    /** What a process leaves behind that is killed now: its files as they are. */
    void copyTo(Path target) throws IOException {
        copy(directory, target);
    }

    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
    }

    @Override
    public void close() {
        journal.close();
    }

    /** Looks at the journal of a directory. */
    static void withJournal(Path directory, Consumer<StoreJournal> look) {
        try (StoreJournal journal = open(directory)) {
            look.accept(journal);
        }
    }

    /** What a gateway finds that is started on the directory. */
    static final class Findings {

        /** Messages that are not there and of which nothing is said, of each lane. */
        final List<String> unaccounted = new ArrayList<>();

        long read;

        /** What the lanes say that they hold. */
        List<LaneState> stored = List.of();

        long salvaged;
        int quarantined;

        /** How many messages the records of gaps speak of. */
        long inGaps;

        final List<Lost> lost = new ArrayList<>();
        int starts;
    }

    /**
     * Starts a gateway on the directory, again when its process ends as it can't read the store, as a supervisor would;
     * reads everything, and has it accept messages.
     */
    static Findings findings(Path directory, long[] acknowledged) {
        return findings(() -> XodusStore.open(directory, 0), acknowledged);
    }

    /** The same, with what each start is to open. */
    static Findings findings(Supplier<Store> store, long[] acknowledged) {
        Findings findings = new Findings();
        for (RuntimeException last = null; ; findings.starts++) {
            assertThat(findings.starts).as("starts, the last failed by " + last).isLessThan(4);
            try {
                examine(store.get(), acknowledged, findings);
                findings.starts++;
                return findings;
            } catch (dev.holdfast.gateway.journal.StoreException e) {
                last = e;
            }
        }
    }

    private static void examine(Store store, long[] acknowledged, Findings findings) {
        try (StoreJournal journal = open(store)) {
            findings.lost.addAll(journal.lost());
            findings.salvaged += journal.stats().salvagedMessages();
            findings.stored = journal.lanes();
            findings.read = 0;
            BitSet[] accounted = {new BitSet(), new BitSet()};
            for (int lane = 0; lane < LANES.size(); lane++) {
                readAll(journal, lane, acknowledged[lane], accounted[lane], findings);
            }
            journal.scan(SideTable.QUARANTINE, (key, chunk) -> findings.quarantined++);
            findings.inGaps = 0;
            for (Gap gap : journal.gaps()) { // what is in no gap record is accounted for nowhere
                accounted[LANES.indexOf(gap.lane())].set((int) gap.from(), (int) gap.to() + 1);
                findings.inGaps += gap.messages();
            }
            findings.unaccounted.clear();
            for (int lane = 0; lane < LANES.size(); lane++) {
                for (int missing = accounted[lane].nextClearBit(1);
                        missing <= acknowledged[lane];
                        missing = accounted[lane].nextClearBit(missing + 1)) {
                    findings.unaccounted.add(LANES.get(lane) + "/" + missing);
                }
            }
            accept(journal, acknowledged);
        }
    }

    private static void readAll(
            StoreJournal journal, int lane, long acknowledged, BitSet accounted, Findings findings) {
        long next = 1;
        for (List<StoredChunk> chunks = journal.read(lane, next, 1); !chunks.isEmpty(); ) {
            StoredChunk chunk = chunks.get(0);
            try {
                ChunkReader reader = chunk.open(new TopicTable());
                while (reader.next()) {
                    long sequence = reader.sequence();
                    assertThat(ByteBuffer.wrap(reader.bytes(), reader.payloadOffset(), reader.payloadLength()))
                            .as("payload of " + LANES.get(lane) + "/" + sequence)
                            .isEqualTo(ByteBuffer.wrap(payload(lane, sequence)));
                    assertThat(sequence).isGreaterThanOrEqualTo(next).isLessThanOrEqualTo(acknowledged);
                    next = sequence + 1;
                    accounted.set((int) sequence);
                    findings.read++;
                }
            } catch (CorruptChunkException e) {
                next = journal.passCorrupt(lane, chunk, e, "r");
            }
            chunks = journal.read(lane, next, 1);
        }
        step(journal);
    }

    /** New messages must become durable, under sequences that were never given. */
    private static void accept(StoreJournal journal, long[] acknowledged) {
        List<Fragment> fragments = new ArrayList<>();
        for (int lane = 0; lane < LANES.size(); lane++) {
            Fragment fragment = new Fragment(lane, Origin.frontDoor("device"), 0, 100);
            fragment.begin(TOPIC, 1, false, 0, 3);
            System.arraycopy("new".getBytes(UTF_8), 0, fragment.buffer(), fragment.claim(3), 3);
            fragments.add(fragment);
        }
        AtomicInteger durable = new AtomicInteger();
        journal.append(new Append(fragments, List.of(), durable::incrementAndGet));
        step(journal);
        assertThat(durable).hasValue(1);
        for (int lane = 0; lane < LANES.size(); lane++) {
            assertThat(journal.head(lane)).isGreaterThan(acknowledged[lane]);
        }
    }
}
