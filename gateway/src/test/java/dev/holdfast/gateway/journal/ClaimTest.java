package dev.holdfast.gateway.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What a damaged chunk is said to have held: never less than is missing with it. */
class ClaimTest {

    private static final int MESSAGES = 64;
    private static final long FIRST = 1_000;

    private final byte[] whole = chunk();

    private static byte[] chunk() {
        ChunkBuilder builder = new ChunkBuilder();
        builder.begin(new ChunkBuilder.Header(1, 7, FIRST, 77, 50_000, 1_700_000_000_000L, true), false);
        for (int i = 0; i < MESSAGES; i++) {
            builder.add(StoredMessages.fragment(Origin.frontDoor("d"), 1, "plant/" + i % 3, "payload " + i));
        }
        return builder.finish();
    }

    private static byte[] flipped(byte[] chunk, int bit) {
        byte[] damaged = chunk.clone();
        damaged[bit / 8] ^= (byte) (1 << bit % 8);
        return damaged;
    }

    /** The bit that CI found is 7 of byte 16, by which the chunk says that it holds a negative number of messages. */
    @Test
    void shouldBeExactWhicheverBitIsWrong() {
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] damaged = flipped(whole, bit);
            assertThat(ChunkReader.isWhole(FIRST, damaged)).as("bit %d", bit).isFalse();

            assertThat(Claim.ofNewest(damaged, FIRST, FIRST - 1).messages())
                    .as("the newest, bit %d", bit)
                    .isEqualTo(MESSAGES);
            assertThat(Claim.of(damaged, MESSAGES).messages())
                    .as("another, bit %d", bit)
                    .isEqualTo(MESSAGES);
            assertThat(Claim.of(damaged, 10 * MESSAGES).messages())
                    .as("before a hole, bit %d", bit)
                    .isEqualTo(MESSAGES);
        }
    }

    @Test
    void shouldTellBytesThatTheMessagesCanHaveWhicheverBitIsWrong() {
        int bytes = ChunkReader.messageBytes(whole);
        for (int bit = 0; bit < whole.length * 8; bit++) {
            assertThat(Claim.of(flipped(whole, bit), MESSAGES).bytes())
                    .as("bit %d", bit)
                    .isBetween(bytes - 100L, bytes + 100L);
        }
    }

    @Test
    void shouldBeAllUpToTheNextChunkWhenNothingCanBeBelieved() {
        byte[] zeroed = whole.clone();
        Arrays.fill(zeroed, 0, ChunkFormat.HEADER_BYTES, (byte) 0);
        byte[] ones = whole.clone();
        Arrays.fill(ones, 0, ChunkFormat.HEADER_BYTES, (byte) 0xff);
        byte[] both = flipped(whole, ChunkFormat.AT_COUNT * 8 + 7);
        Arrays.fill(both, both.length - 100, both.length, (byte) 0);

        assertThat(Claim.of(zeroed, MESSAGES).messages()).isEqualTo(MESSAGES);
        assertThat(Claim.of(ones, MESSAGES).messages()).isEqualTo(MESSAGES);
        assertThat(Claim.of(both, MESSAGES).messages()).isEqualTo(MESSAGES);
        assertThat(Claim.of(Arrays.copyOf(whole, 20), MESSAGES).messages()).isEqualTo(MESSAGES);
        assertThat(Claim.of(new byte[0], MESSAGES).messages()).isEqualTo(MESSAGES);
    }

    @Test
    void shouldTakeWhatIsKnownOfTheNewestOrWhatItHasRoomFor() {
        byte[] both = flipped(whole, ChunkFormat.AT_COUNT * 8 + 6); // a billion more
        Arrays.fill(both, both.length - 100, both.length, (byte) 0);
        byte[] zeroed = whole.clone();
        Arrays.fill(zeroed, 0, ChunkFormat.HEADER_BYTES, (byte) 0);
        long last = FIRST + MESSAGES - 1;

        assertThat(Claim.ofNewest(both, FIRST, last).messages()).isEqualTo(MESSAGES);
        assertThat(Claim.ofNewest(zeroed, FIRST, last).messages()).isEqualTo(MESSAGES);
        assertThat(Claim.ofNewest(new byte[3], FIRST, last).messages()).isEqualTo(MESSAGES);
        assertThat(Claim.ofNewest(both, FIRST, FIRST - 1).messages())
                .isBetween((long) MESSAGES, (long) whole.length / 3);
        assertThat(Claim.ofNewest(zeroed, FIRST, FIRST - 1).messages())
                .isBetween((long) MESSAGES, (long) whole.length / 3);
        assertThat(Claim.ofNewest(new byte[3], FIRST, FIRST - 1).messages()).isEqualTo(1);
        assertThat(Claim.ofNewest(new byte[ChunkFormat.HEADER_BYTES], FIRST, FIRST - 1)
                        .messages())
                .isEqualTo(1);
    }

    /** Of 64 messages that were in it each third is left, and all have the same size. */
    @Test
    void shouldClaimNoFewerThanASparseChunkHeldWhicheverBitIsWrong() {
        ChunkReader all = ChunkReader.open(FIRST, whole, new TopicTable());
        ChunkBuilder builder = new ChunkBuilder();
        int kept = 0;
        for (int i = 0; all.next(); i++) {
            if (i % 3 == 0 && i > 9) {
                if (kept++ == 0) {
                    builder.begin(all.headerFrom(all.sequence()), true);
                }
                builder.add(all);
            }
        }
        byte[] sparse = builder.finish();
        long messages = kept;
        long first = ChunkReader.firstSequence(sparse);
        int exact = 0;
        for (int bit = 0; bit < sparse.length * 8; bit++) {
            long claimed =
                    Claim.of(flipped(sparse, bit), FIRST + MESSAGES - first).messages();
            assertThat(claimed).as("bit %d", bit).isBetween(messages, (long) MESSAGES);
            exact += claimed == messages ? 1 : 0;
        }
        assertThat(exact).isGreaterThan(sparse.length * 7);
    }
}
