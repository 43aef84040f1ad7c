package dev.holdfast.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {

    private static final List<String> KEYS =
            List.of("id", "name", "topics", "sink", "window", "attempts", "max-packet");

    @ParameterizedTest
    @CsvSource({
        "'', '', 0",
        "a, '', 1",
        "'', abc, 3",
        "topcs, topics, 1",
        "topisc, topics, 1",
        "toopics, topics, 1",
        "tobics, topics, 1",
        "ab, ba, 1",
        "kitten, sitting, 3",
        "same, same, 0"
    })
    void shouldCountEdits(String one, String other, int edits) {
        assertThat(Nearest.distance(one, other)).isEqualTo(edits);
        assertThat(Nearest.distance(other, one)).isEqualTo(edits);
    }

    @ParameterizedTest
    @CsvSource({
        "topcs, topics",
        "Topics, topics",
        "topic, topics",
        "ID, id",
        "nam, name",
        "nmae, name",
        "snik, sink",
        "windows, window",
        "atempt, attempts",
        "maxPacket, max-packet",
        "max_packet_, max-packet"
    })
    void shouldFindWhatWasMeant(String word, String meant) {
        assertThat(Nearest.of(word, KEYS)).contains(meant);
    }

    @ParameterizedTest
    @CsvSource({"ip", "xx", "''", "nose", "filters", "retries", "packet"})
    void shouldNotGuessWildly(String word) {
        assertThat(Nearest.of(word, KEYS)).isEmpty();
    }

    @Test
    void shouldPreferTheNearer() {
        assertThat(Nearest.of("routess", List.of("router", "routes"))).contains("routes");
    }

    @Test
    void shouldNotMeasureLongWords() {
        assertThat(Nearest.of("a".repeat(1 << 20), List.of("a".repeat((1 << 20) - 1))))
                .isEmpty();
    }
}
