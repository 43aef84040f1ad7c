package dev.holdfast.gateway.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.gateway.journal.StoredMessages.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class ChunkTest {

    private static final ChunkBuilder.Header HEADER =
            new ChunkBuilder.Header(3, 0x1234_5678_9abc_def0L, 1_000, 77, 50_000, 1_700_000_000_000L, true);

    private static final List<Origin.Source> SOURCES = List.of(Origin.Source.values());

    private final ChunkBuilder builder = new ChunkBuilder();

    private static ChunkReader open(byte[] bytes) {
        return ChunkReader.open(HEADER.firstSequence(), bytes, new TopicTable());
    }

    @Test
    void shouldGiveBackWhatWasPutIn() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            List<Stored> expected = new ArrayList<>();
            builder.begin(HEADER, false);
            for (int i = 1 + random.nextInt(5); i > 0; i--) {
                Fragment fragment = randomFragment(random, expected);
                if (fragment.count() > 0) {
                    builder.add(fragment);
                }
            }
            if (!expected.isEmpty()) {
                ChunkReader reader = open(builder.finish());
                assertThat(reader.count()).as("seed %d", seed).isEqualTo(expected.size());
                assertThat(StoredMessages.read(reader)).as("seed %d", seed).isEqualTo(expected);
            }
        }
    }

    private static Fragment randomFragment(RandomGenerator random, List<Stored> expected) {
        Origin origin = new Origin(SOURCES.get(random.nextInt(SOURCES.size())), text(random, 5), text(random, 20));
        long received = HEADER.gatewayMillis() - random.nextInt(40_000);
        Fragment fragment = new Fragment(0, origin, received, random.nextInt(100));
        for (int i = random.nextInt(200); i > 0; i--) {
            String topic = "t/" + random.nextInt(40);
            String payload = text(random, random.nextInt(10) == 0 ? 5_000 : 40);
            String properties = random.nextBoolean() ? "" : text(random, 30);
            int qos = random.nextInt(3);
            boolean retain = random.nextBoolean();
            if (StoredMessages.add(fragment, Topic.of(topic), qos, retain, properties, payload)) {
                long sequence = HEADER.firstSequence() + expected.size();
                expected.add(new Stored(sequence, topic, payload, qos, retain, properties, origin, received));
            }
        }
        return fragment;
    }

    private static String text(RandomGenerator random, int bound) {
        return random.ints(random.nextInt(bound + 1), ' ', 0x2fff)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    @Test
    void shouldKeepItsHeader() {
        builder.begin(HEADER, false);
        builder.add(StoredMessages.fragment(Origin.frontDoor("d"), 49_990, "a/b", "xyz"));

        ChunkReader reader = open(builder.finish());

        assertThat(reader.epoch()).isEqualTo(HEADER.epoch());
        assertThat(reader.bytesBefore()).isEqualTo(77);
        assertThat(reader.gatewayMillis()).isEqualTo(50_000);
        assertThat(reader.wallSynced()).isTrue();
        assertThat(reader.totalMessageBytes()).isEqualTo(6);
        assertThat(reader.next()).isTrue();
        assertThat(reader.receivedWallMillis()).isEqualTo(1_700_000_000_000L - 10);
    }

    @Test
    void shouldCountAMessageFromTheFutureAsReceivedNow() {
        builder.begin(HEADER, false);
        builder.add(StoredMessages.fragment(Origin.frontDoor("d"), 60_000, "a", "x"));

        assertThat(StoredMessages.read(open(builder.finish())).get(0).receivedMillis())
                .isEqualTo(50_000);
    }

    @Test
    void shouldKeepSequencesOfASparseChunk() {
        builder.begin(HEADER, false);
        builder.add(StoredMessages.fragment(Origin.frontDoor("d"), 1, "a", "0", "b", "1", "a", "2", "c", "3"));
        ChunkReader all = open(builder.finish());
        ChunkBuilder sparse = new ChunkBuilder();
        boolean begun = false;
        while (all.next()) {
            if (all.sequence() % 2 == 1) {
                if (!begun) {
                    sparse.begin(all.headerFrom(all.sequence()), true);
                    begun = true;
                }
                sparse.add(all);
            }
        }

        ChunkReader rest = ChunkReader.open(1_001, sparse.finish(), new TopicTable());

        assertThat(rest.count()).isEqualTo(2);
        assertThat(rest.firstSequence()).isEqualTo(1_001);
        assertThat(rest.lastSequence()).isEqualTo(1_003);
        assertThat(StoredMessages.read(rest)).extracting(Stored::sequence).containsExactly(1_001L, 1_003L);
        assertThat(rest.epoch()).isEqualTo(HEADER.epoch());
    }

    @Test
    void shouldNoticeEveryFlippedBit() {
        builder.begin(HEADER, false);
        builder.add(StoredMessages.fragment(Origin.frontDoor("device-1"), 49_000, "a/b", "payload", "c", "other"));
        byte[] good = builder.finish();

        for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThatExceptionOfType(CorruptChunkException.class)
                    .as("bit %d", bit)
                    .isThrownBy(() -> open(bad));
        }
    }

    @Test
    void shouldNoticeWhereItDoesNotBelong() {
        builder.begin(HEADER, false);
        builder.add(StoredMessages.fragment(Origin.frontDoor("d"), 1, "a", "x"));
        byte[] bytes = builder.finish();

        assertThatExceptionOfType(CorruptChunkException.class)
                .isThrownBy(() -> ChunkReader.open(999, bytes, new TopicTable()))
                .withMessageContaining("lies at 999");
    }

    @Test
    void shouldNeverReadBeyondWhatIsThereWhateverItSays() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        builder.begin(HEADER, false);
        builder.add(StoredMessages.fragment(Origin.frontDoor("device"), 1, "a/b", "payload", "c/d/e", "other payload"));
        byte[] good = builder.finish();
        for (int round = 0; round < 20_000; round++) {
            byte[] bad = good.clone();
            for (int i = 1 + random.nextInt(3); i > 0; i--) {
                bad[ChunkFormat.AT_COUNT + random.nextInt(bad.length - ChunkFormat.AT_COUNT)] = (byte) random.nextInt();
            }
            resign(bad);
            try {
                assertThat(StoredMessages.read(open(bad))).isNotNull();
            } catch (CorruptChunkException e) {
                assertThat(e).as("seed %d", seed).hasMessageNotContaining("null");
            }
        }
    }

    /** Gives changed bytes a checksum that fits, as only a mistake of our own could. */
    private static void resign(byte[] bytes) {
        ChunkFormat.putInt(bytes, ChunkFormat.AT_CRC, ChunkFormat.checksum(bytes));
    }

    @Test
    void shouldTakeLittleSpaceBesidesThePayload() {
        builder.begin(HEADER, false);
        byte[] payload = new byte[256];
        Topic[] topics = new Topic[8];
        for (int i = 0; i < topics.length; i++) {
            topics[i] = Topic.of("plant/hall-1/machine-" + i + "/temperature");
        }
        Fragment fragment = new Fragment(0, Origin.frontDoor("sensor-1"), 49_999, 16);
        for (int i = 0; i < 64; i++) {
            fragment.begin(topics[i % 8], 1, false, 0, payload.length);
            fragment.claim(payload.length);
        }
        builder.add(fragment);

        int overhead = builder.finish().length - 64 * payload.length;

        assertThat(overhead / 64.0).as("bytes a message beyond its payload").isLessThan(12);
    }
}
