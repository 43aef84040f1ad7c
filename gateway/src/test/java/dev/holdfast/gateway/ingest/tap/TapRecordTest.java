package dev.holdfast.gateway.ingest.tap;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.gateway.ingest.tap.PossibleGap.Reason;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TapRecordTest {

    private static final long MINUTE = 60_000;

    private static byte[] stored(TapRecord record) {
        return requireNonNull(record.mutation("plant").value());
    }

    @Test
    void shouldBeAsItWasStored() {
        TapRecord record = TapRecord.NONE
                .withFilters(Map.of("a/#", 1, "ä", -1))
                .withBrokerDropped(17)
                .seenAt(5)
                .with(new PossibleGap(Reason.SESSION_LOST, "lost", 1))
                .with(new PossibleGap(Reason.TOO_LARGE, "größer", 2))
                .withOverrun(true);

        assertThat(TapRecord.decode(stored(record))).isEqualTo(record);
        assertThat(TapRecord.decode(stored(TapRecord.NONE))).isEqualTo(TapRecord.NONE);
    }

    @Test
    void shouldReadARecordThatDoesNotSayWhetherTheSessionWasOverrun() {
        String before = "01" + "0000000000000011" + "0000000000000005" + "0000000000000000"
                + "00000001" + "00000003" + "612f23" + "01" // a/# with QoS 1
                + "00000000" + "6aac0e31";
        TapRecord record = TapRecord.NONE
                .withFilters(Map.of("a/#", 1))
                .withBrokerDropped(17)
                .seenAt(5);

        assertThat(TapRecord.decode(HexFormat.of().parseHex(before))).isEqualTo(record);
    }

    @Test
    void shouldRefuseWhatIsNoRecord() {
        byte[] good = stored(TapRecord.NONE.withFilters(Map.of("a", 1)));
        for (int length = 0; length < good.length; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            assertThatThrownBy(() -> TapRecord.decode(cut)).isInstanceOf(IllegalArgumentException.class);
        }
        for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] flipped = good.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> TapRecord.decode(flipped)).hasMessage("the record of a tap is damaged");
        }
    }

    @Test
    void shouldCountAnEpisodeOnceAndKeepOnlyTheNewest() {
        TapRecord record = TapRecord.NONE;
        for (int i = 0; i < 100; i++) {
            record = record.with(new PossibleGap(Reason.BROKER_DROPPED, "a" + i, i));
        }
        assertThat(record.possibleGaps()).isEqualTo(1);
        assertThat(record.newest()).extracting(PossibleGap::text).containsExactly("a99");

        for (int i = 1; i <= 100; i++) {
            record = record.with(new PossibleGap(Reason.BROKER_DROPPED, "b" + i, 100 + i * MINUTE));
        }
        assertThat(record.possibleGaps()).isEqualTo(101);
        assertThat(record.newest())
                .hasSize(20)
                .last()
                .extracting(PossibleGap::text)
                .isEqualTo("b100");
    }
}
