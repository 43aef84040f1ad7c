package dev.holdfast.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.gateway.journal.Gap;
import dev.holdfast.gateway.journal.GapReason;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;

/** Which gaps {@code GET /api/v1/gaps} gives, and what they say. */
class GapQueryTest {

    private static final List<Gap> GAPS = List.of(
            gap(1, "alarms", List.of("cloud")),
            gap(2, "telemetry", List.of("cloud", "web")),
            gap(3, "telemetry", List.of()),
            gap(4, "a b&c", List.of("web")));

    private static Gap gap(long number, String lane, List<String> routes) {
        return new Gap(number, lane, routes, 10, 20, 11, 1_100, GapReason.COUNT, 5_000, 65_500, 1_000, true);
    }

    private static List<Long> numbers(String query) {
        return GapQuery.parse(query).from(GAPS).stream().map(GapReport::number).toList();
    }

    @ParameterizedTest
    @NullAndEmptySource
    void shouldGiveAllOfThemTheNewestFirst(String query) {
        assertThat(numbers(query)).containsExactly(4L, 3L, 2L, 1L);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    lane=telemetry                      | 3, 2
                    route=cloud                         | 2, 1
                    route=cloud&lane=telemetry          | 2
                    limit=1                             | 4
                    limit=999999999                     | 4, 3, 2, 1
                    limit=1&lane=telemetry              | 3
                    lane=a%20b%26c                      | 4
                    lane=a+b%26c                        | 4
                    lane=nothing                        | ''
                    lane=                               | ''
                    lane                                | ''
                    """)
    void shouldGiveThoseThatAreAskedFor(String query, String expected) {
        assertThat(numbers(query).toString()).isEqualTo("[" + expected + "]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    limit=0                             | limit must be a number from 1 to 999999999
                    limit=-1                            | limit must be a number from 1 to 999999999
                    limit=                              | limit must be a number from 1 to 999999999
                    limit=99999999999999999999          | limit must be a number from 1 to 999999999
                    lane=%zz                            | the value of lane is not encoded as a URL demands
                    lain=x                              | there is no such parameter; known are lane, route and limit
                    &                                   | there is no such parameter; known are lane, route and limit
                    """)
    void shouldSayWhatIsWrongWithAQuery(String query, String why) {
        assertThatThrownBy(() -> GapQuery.parse(query))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(why);
    }

    @Test
    void shouldSayWhenByTheWallClock() {
        assertThat(GapReport.of(GAPS.get(0)))
                .isEqualTo(new GapReport(
                        1,
                        "alarms",
                        List.of("cloud"),
                        10,
                        20,
                        11,
                        1_100,
                        "count",
                        "1970-01-01T00:00:01Z",
                        "1970-01-01T00:01:01.500Z",
                        5_000,
                        65_500));
    }
}
