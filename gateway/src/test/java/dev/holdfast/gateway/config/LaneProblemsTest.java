package dev.holdfast.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of lanes that can't be. Half of a quota has room for messages here. */
class LaneProblemsTest {

    @TempDir
    private Path directory;

    private ConfigFile file;

    @BeforeEach
    void setUp() {
        file = new ConfigFile(directory);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    store: {quota: 127MiB}                    | 1:16 store.quota "127MiB" is too small
                    store: {quota: 16385GiB}                  | 1:16 store.quota "16385GiB" is too large
                    store: {quota: 1TiB}                      | 1:16 store.quota "1TiB" is not in B, KiB, MiB or GiB; KB and MB are not understood, write KiB and MiB
                    store: {quota: -1}                        | 1:16 store.quota "-1" is not a byte size
                    store: {quota: }                          | 1:15 store.quota has no value
                    store: {commit-every: 11s}                | 1:23 store.commit-every "11s" is too long
                    store: {commit-every: 200}                | 1:23 store.commit-every "200" has no unit
                    lanes: {a: b}                             | 1:8 lanes must be a list of mappings, but is a mapping
                    lanes: [a]                                | 1:9 lanes[0] must be a mapping, but is a single value
                    routes: [{name: a, topics: [b], sink: {type: mqtt, url: x}, gaps: yes}] | 1:67 routes[0].gaps "yes" is neither true nor false
                    """)
    void shouldSayWhatIsWrongWithAValue(String yaml, String problem) {
        assertThat(file.problems(yaml)).containsExactly(problem);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    topics: [a]                               | 1:9 lanes[0] has no "name"
                    name: a                                   | 1:9 lanes[0] has no "topics"
                    name: a, topics: []                       | 1:27 lanes[0].topics is empty, but needs at least one
                    name: a, topics: [a#]                     | 1:28 lanes[0].topics[0] "a#" is not a topic filter: # must be the whole of the last level
                    name: a/b, topics: [a]                    | 1:16 lanes[0].name "a/b" can't be a name
                    name: default, topics: [a]                | 1:16 lanes[0].name "default" is the lane that there always is, the last one
                    name: a, topics: [a], limit: 5            | 1:39 lanes[0].limit must be a mapping, but is a single value
                    name: a, topics: [a], limit: {age: 999ms} | 1:45 lanes[0].limit.age "999ms" is too short
                    name: a, topics: [a], limit: {age: 30}    | 1:45 lanes[0].limit.age "30" has no unit
                    name: a, topics: [a], limit: {age: 9999999d} | 1:45 lanes[0].limit.age "9999999d" is too long
                    name: a, topics: [a], limit: {size: 1KiB} | 1:46 lanes[0].limit.size "1KiB" is too small
                    name: a, topics: [a], limit: {count: 0}   | 1:47 lanes[0].limit.count "0" is too small
                    name: a, topics: [a], limit: {count: 99999999999999999999} | 1:47 lanes[0].limit.count "99999999999999999999" is too large
                    name: a, topics: [a], limit: {sise: 1MiB} | 1:40 unknown key "sise" in lanes[0].limit
                    name: a, topics: [a], history: {count: 5} | 1:42 unknown key "count" in lanes[0].history
                    name: a, topics: [a], history: {}         | 1:41 lanes[0].history has neither age nor size
                    name: a, topics: [a], history: 5          | 1:41 lanes[0].history must be a mapping, but is a single value
                    name: a, topics: [a], limit: {age: 1d}, history: {age: 25h} | 1:65 lanes[0].history.age is more than the limit of the lane
                    name: a, topics: [a], limit: {size: 1MiB}, history: {size: 2MiB} | 1:69 lanes[0].history.size is more than the limit of the lane
                    name: a, topics: [a], when-full: dropoldest | 1:43 lanes[0].when-full "dropoldest" is not known
                    """)
    void shouldSayWhatIsWrongWithALane(String lane, String problem) {
        assertThat(file.problems("lanes: [{" + lane + "}]")).containsExactly(problem);
    }

    @Test
    void shouldKnowWhichPolicyWasMeant() {
        assertThat(file.complaint("lanes: [{name: a, topics: [b], when-full: drop_oldest}]"))
                .isEqualTo("""
                        holdfast.yaml:1:43: lanes[0].when-full "drop_oldest" is not known
                          lanes: [{name: a, topics: [b], when-full: drop_oldest}]
                                                                    ^
                          did you mean "drop-oldest"? allowed: stall, refuse, drop-oldest""");
    }

    @Test
    void shouldRefuseASecondLaneOfAName() {
        assertThat(file.complaint("lanes: [{name: a, topics: [b]}, {name: a, topics: [c]}]"))
                .isEqualTo("""
                        holdfast.yaml:1:40: lanes[1].name is the name of an earlier lane too, at holdfast.yaml:1:16
                          lanes: [{name: a, topics: [b]}, {name: a, topics: [c]}]
                                                                 ^
                          each lane needs a name of its own: what it holds hangs on it""");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    '#'          | 'a/#, +, $SYS-is-not-here'
                    'a/#'        | 'a'
                    'a/#, b'     | 'b, a/+/c'
                    '+/alarm/#'  | 'x/alarm, +/alarm/high'
                    '+'          | 'b'
                    '$SYS/#'     | '$SYS/a'
                    """)
    void shouldRefuseALaneThatCanGetNothing(String earlier, String later) {
        String yaml = """
                lanes:
                  - {name: one, topics: [%s]}
                  - {name: two, topics: [%s]}
                """.formatted(quoted(earlier), quoted(later.replace("$SYS-is-not-here", "x/y")));

        assertThat(file.failure(yaml).problems()).singleElement().satisfies(problem -> {
            assertThat(problem.line()).isEqualTo(3);
            assertThat(problem.message())
                    .isEqualTo("lanes[1] can never get a message: the lanes before it take all of its topics");
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    '#'          | '$SYS/#'
                    '+/#'        | '$SYS/a'
                    'a/#'        | 'a/b, c'
                    '+'          | 'a/b'
                    'a/+'        | 'a/#'
                    'a/+/c'      | 'a/b/d'
                    'a'          | 'a/b'
                    'a/b'        | 'a'
                    """)
    void shouldAllowALaneThatGetsSomething(String earlier, String later) {
        String yaml = """
                lanes:
                  - {name: one, topics: [%s]}
                  - {name: two, topics: [%s]}
                """.formatted(quoted(earlier), quoted(later));

        assertThat(file.read(yaml).lanes()).hasSize(2);
    }

    private static String quoted(String filters) {
        return "\"" + filters.replace(", ", "\", \"") + "\"";
    }

    @Test
    void shouldRefuseLimitsForWhichTheStoreHasNoRoomAndSayWhatWouldDo() {
        String yaml = """
                store:
                  quota: 1GiB
                lanes:
                  - {name: a, topics: [a], limit: {size: 300MiB}}
                  - {name: b, topics: [b], limit: {size: 213MiB}, history: {size: 200MiB}}
                  - {name: c, topics: [c]}
                """;

        assertThat(file.complaint(yaml)).isEqualTo("""
                        holdfast.yaml:2:10: the lanes may hold 513MiB in all, but store.quota of 1GiB has room for 512MiB
                            quota: 1GiB
                                   ^
                          lower limit.size or history.size of a lane, or have quota: 1026MiB""");
        assertThat(file.read(yaml.replace("1GiB", "1026MiB")).lanes()).hasSize(3);
    }

    @Test
    void shouldRefuseLimitsThatTheDefaultQuotaHasNoRoomFor() {
        assertThat(file.problems("lanes: [{name: a, topics: [a], limit: {size: 3GiB}}]"))
                .containsExactly("1:9 the lanes may hold 3GiB in all, but store.quota of 4GiB has room for 2GiB");
    }

    @Test
    void shouldRefuseAHistoryThatTheStoreHasNoRoomFor() {
        assertThat(file.problems("lanes: [{name: a, topics: [a], history: {size: 3GiB}}]"))
                .containsExactly("1:9 the lanes may hold 3GiB in all, but store.quota of 4GiB has room for 2GiB");
    }

    @Test
    void shouldSayNothingOfTheRoomInAQuotaThatIsWrong() {
        assertThat(file.problems("{store: {quota: 5}, lanes: [{name: a, topics: [a], limit: {size: 3GiB}}]}"))
                .containsExactly("1:17 store.quota \"5\" is too small");
    }

    @Test
    void shouldBoundTheNumberOfLanes() {
        String many = IntStream.range(0, 20_000)
                .mapToObj(i -> "  - {name: l%d, topics: [t/%d]}%n".formatted(i, i))
                .collect(Collectors.joining());

        assertThat(file.problems("lanes:\n" + many)).containsExactly("66:5 there are 20000 lanes, the limit is 64");
    }
}
