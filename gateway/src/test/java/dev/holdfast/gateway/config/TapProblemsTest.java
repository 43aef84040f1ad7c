package dev.holdfast.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Taps, where the messages of routes come from, and what must not feed itself. */
class TapProblemsTest {

    private static final String PLANT = """
            taps:
              - {name: plant, broker: "mqtt://192.0.2.1:1884", topics: ["sensors/#"]}
            """;

    @TempDir
    private Path directory;

    private ConfigFile file;

    @BeforeEach
    void setUp() {
        file = ConfigFile.withRealAdapters(directory);
    }

    @Test
    void shouldReadATap() {
        TapConfig tap = file.read("""
                taps:
                  - name: plant
                    broker: [mqtt://192.0.2.1, mqtt://192.0.2.2]
                    topics: [$share/boxes/sensors/#, plant/+/state]
                    password: "${env:CLOUD_PASSWORD}"
                    username: box
                """).taps().get(0);

        assertThat(tap.name()).isEqualTo("plant");
        assertThat(tap.topics()).containsExactly("$share/boxes/sensors/#", "plant/+/state");
        assertThat(tap.values().texts("broker")).containsExactly("mqtt://192.0.2.1", "mqtt://192.0.2.2");
        assertThat(tap.values().optionalText("password")).contains("sesame-open");
        assertThat(tap.values().number("receive-maximum")).isEqualTo(1_000);
        assertThat(tap.toString()).doesNotContain("sesame-open");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{broker: mqtt://b, topics: [a]} | has no \"name\"",
                "{name: p, topics: [a]} | has no \"broker\"",
                "{name: p, broker: mqtt://b} | has no \"topics\"",
                "{name: p, broker: mqtt://b, topics: []} | topics is empty",
                "{name: p, broker: mqtt://b, topics: [$SYS/#]} | begins with $",
                "{name: p, broker: mqtt://b, topics: [$share//a]} | has no group that can be one",
                "{name: p, broker: mqtt://b, topics: [a/#, a/b]} | would come twice",
                "{name: p, broker: mqtt://b, topics: [a, $share/g/a]} | would come twice",
                "{name: p, broker: b, topics: [a]} | is no address of a broker",
                "{name: p, broker: mqtt://b, topics: [a], qos: 3} | qos \"3\"",
                "{name: p, broker: mqtt://b, topics: [a], qoss: 1} | unknown key \"qoss\"",
                "{name: p, broker: mqtt://b, topics: [a], receive-maximum: 65535} | it must be 1 to 65534",
                "{name: p, broker: mqtt://b, topics: [a], session-expiry: 0ms} | without a session",
                "{name: p, broker: mqtt://b, topics: [a], retained: never, mqtt-version: 3.1.1} | can't do without",
                "{name: front-door, broker: mqtt://b, topics: [a]} | is what listeners are called",
                "{name: p, broker: 'mqtt://127.0.0.1:1883', topics: [a]} | where this gateway listens itself",
            })
    void shouldSayWhatIsWrongWithATap(String tap, String problem) {
        assertThat(file.problems("taps:\n  - " + tap))
                .singleElement()
                .asString()
                .contains(problem);
    }

    @Test
    void shouldWantOneNameForEachTap() {
        assertThat(file.problems(PLANT + "  - {name: plant, broker: mqtt://b, topics: [a]}\n"))
                .singleElement()
                .asString()
                .contains("is the name of an earlier tap too");
    }

    @Test
    void shouldRefuseATapAtTheBrokerBehindAGate() {
        String gate = "listen: {mqtt: {broker: \"mqtt://192.0.2.1:1884\"%s}}\n";

        assertThat(file.problems(gate.formatted("") + PLANT))
                .singleElement()
                .asString()
                .contains("taps[0] is at the broker behind the gate listen.mqtt", "would be stored twice");
        assertThat(file.problems(gate.formatted(", store: [\"+/a\"]") + PLANT)).hasSize(1);
        assertThat(file.read(gate.formatted(", store: [alarms/#]") + PLANT).taps())
                .hasSize(1);
    }

    @Test
    void shouldHaveStoreOnlyForAGate() {
        assertThat(file.problems("listen: {mqtt: {store: [a]}}"))
                .singleElement()
                .asString()
                .contains("listen.mqtt.store is for a gate");
    }

    // --- from ---------------------------------------------------------------------------------------------------

    private RouteFrom from(String yaml) {
        return file.read(yaml).routes().get(0).from();
    }

    private static String route(String from, String url, String sink) {
        return "routes:\n  - {name: r, topics: [\"#\"]%s, sink: {type: mqtt, url: \"%s\"%s}}\n"
                .formatted(from, url, sink);
    }

    @Test
    void shouldSendNothingBackToWhereItCameFrom() {
        String gate = "listen: {mqtt: {broker: \"mqtt://localhost:1999\"}}\n";

        assertThat(from(PLANT + route("", "mqtt://cloud", ""))).isEqualTo(new RouteFrom(false, Set.of()));
        assertThat(from(PLANT + route("", "mqtt://192.0.2.1:1884", ", topic: \"down/{topic}\"")))
                .isEqualTo(new RouteFrom(false, Set.of("plant")));
        assertThat(from(gate + route("", "mqtt://127.0.0.1:1999", ""))).isEqualTo(new RouteFrom(false, Set.of("gate")));
    }

    @Test
    void shouldTakeOnlyFromWhereItIsTold() {
        assertThat(from(PLANT + route(", from: [plant]", "mqtt://cloud", "")))
                .isEqualTo(new RouteFrom(true, Set.of("plant")));
        assertThat(from(PLANT + route(", from: [front-door]", "mqtt://cloud", "")))
                .isEqualTo(new RouteFrom(true, Set.of("front-door", "gate")));
        assertThat(file.problems(PLANT + route(", from: [plan]", "mqtt://cloud", "")))
                .singleElement()
                .asString()
                .contains("\"plan\" is neither front-door nor the name of a tap");
    }

    @Test
    void shouldRefuseWhatWouldGoRound() {
        assertThat(file.problems(PLANT + route(", from: [plant]", "mqtt://192.0.2.1:1884", "")))
                .singleElement()
                .asString()
                .contains("sends what tap plant brings back to where plant subscribes");
        assertThat(file.problems(PLANT + route("", "mqtt://192.0.2.1:1884", ", mqtt-version: 3.1.1")))
                .singleElement()
                .asString()
                .contains("without the stamp nobody sees that they come back");
        assertThat(file.problems(PLANT + route("", "mqtt://192.0.2.1:1884", ", stamp: \"false\"")))
                .hasSize(1);
        assertThat(file.read(PLANT + route("", "mqtt://192.0.2.1:1884", "")).routes())
                .as("the stamp tells")
                .hasSize(1);
        assertThat(file.read(PLANT + route("", "mqtt://192.0.2.1:1884", ", mqtt-version: 3.1.1, topic: \"d/{topic}\""))
                        .routes())
                .as("the tap does not subscribe there")
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "a, a, true",
        "a, b, false",
        "#, a/b, true",
        "a/#, a, true",
        "a/+, a, false",
        "a/+/c, a/b/#, true",
        "+/b, a/+, true",
        "a/+, b/+, false",
        "a/b/#, a/c/#, false",
        "+, a/b, false",
    })
    void shouldKnowWhichFiltersOverlap(String one, String other, boolean overlap) {
        assertThat(TopicFilters.overlap(one, other)).isEqualTo(overlap);
        assertThat(TopicFilters.overlap(other, one)).isEqualTo(overlap);
    }

    @Test
    void shouldKeepTheOrderOfTaps() {
        assertThat(file.read(PLANT + "  - {name: other, broker: mqtt://b, topics: [a]}\n").taps().stream()
                        .map(TapConfig::name)
                        .toList())
                .isEqualTo(List.of("plant", "other"));
    }
}
