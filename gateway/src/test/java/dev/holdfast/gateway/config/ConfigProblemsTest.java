package dev.holdfast.gateway.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of files that are YAML, but not a configuration. */
class ConfigProblemsTest {

    @TempDir
    private Path directory;

    private ConfigFile file;

    @BeforeEach
    void setUp() {
        file = new ConfigFile(directory);
    }

    @Test
    void shouldSayWhereAnUnknownKeyIsAndWhatWasProbablyMeant() {
        String yaml = """
                store:
                  path: /data

                # one route
                routes:
                  - name: cloud
                    topcs: ["#"]
                    sink: {type: mqtt, url: x}
                """;

        assertThat(file.complaint(yaml)).isEqualTo("""
                        holdfast.yaml:7:5: unknown key "topcs" in routes[0]
                              topcs: ["#"]
                              ^
                          did you mean "topics"? known keys: name, from, topics, sink, window, attempts, ack-timeout, gaps""");
    }

    @Test
    void shouldReportAllProblemsAtOnceInTheOrderOfTheFile() {
        String yaml = """
                admin: [1]
                routes:
                  - name: a b
                    sink: {type: mqqt}
                    window: 0
                    topics: ["#/a"]
                  - {}
                stroe: {}
                listen:
                  mqtt: {bind: here, max-packet: 5MiB}
                gateway:
                """;

        assertThat(file.problems(yaml))
                .containsExactly(
                        "1:8 admin must be a mapping, but is a list",
                        "3:11 routes[0].name \"a b\" can't be a name",
                        "4:18 routes[0].sink.type \"mqqt\" is not known",
                        "5:13 routes[0].window \"0\" is too small",
                        "6:14 routes[0].topics[0] \"#/a\" is not a topic filter: # must be the whole of the last level",
                        "7:5 routes[1] has no \"name\"",
                        "7:5 routes[1] has no \"topics\"",
                        "7:5 routes[1] has no \"sink\"",
                        "8:1 unknown key \"stroe\" at the top level",
                        "10:16 listen.mqtt.bind \"here\" is not an address with a port",
                        "10:34 listen.mqtt.max-packet \"5MiB\" is too large");
    }

    @ParameterizedTest
    @CsvSource({
        "stroe, store",
        "Store, store",
        "lisen, listen",
        "lsiten, listen",
        "route, routes",
        "gatway, gateway",
        "ADMIN, admin"
    })
    void shouldKnowWhatWasMeant(String written, String meant) {
        assertThat(file.failure(written + ": {}\n").problems())
                .singleElement()
                .extracting(Problem::hint)
                .isEqualTo("did you mean \"" + meant
                        + "\"? known keys: gateway, store, lanes, listen, access, taps, routes, admin");
    }

    @Test
    void shouldNotGuessWhatIsLikeNothing() {
        assertThat(file.complaint("broker: {}\n")).isEqualTo("""
                        holdfast.yaml:1:1: unknown key "broker" at the top level
                          broker: {}
                          ^
                          known keys: gateway, store, lanes, listen, access, taps, routes, admin""");
    }

    @Test
    void shouldSayWhichKeysThisVersionDoesNotHaveYet() {
        String yaml = """
                listen:
                  http: {bind: 127.0.0.1:8081}
                routes:
                  - {name: a, topics: [b], sink: {type: mqtt, url: x}, backfill: {rate: 200/s}}
                """;

        assertThat(file.problems(yaml))
                .containsExactly(
                        "2:3 this version of Holdfast does not have \"http\" in listen yet",
                        "4:56 this version of Holdfast does not have \"backfill\" in routes[0] yet");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    gateway: {id: ''}                        | 1:15 gateway.id "" can't be a name
                    gateway: {id: -a}                        | 1:15 gateway.id "-a" can't be a name
                    gateway: {id: a/b}                       | 1:15 gateway.id "a/b" can't be a name
                    gateway: {id: [a]}                       | 1:15 gateway.id must be a single value, but is a list
                    gateway: {id: {a: b}}                    | 1:15 gateway.id must be a single value, but is a mapping
                    gateway: {id: }                          | 1:14 gateway.id has no value
                    gateway: {id: ~}                         | 1:15 gateway.id has no value
                    gateway: box17                           | 1:10 gateway must be a mapping, but is a single value
                    store: {path: ''}                        | 1:15 store.path "" is empty
                    store: {path: "a\\0b"}                   | 1:15 store.path "a?b" is no path on this machine
                    listen: {mqtt: {max-packet: 1023}}       | 1:29 listen.mqtt.max-packet "1023" is too small
                    listen: {mqtt: {max-packet: 4194305}}    | 1:29 listen.mqtt.max-packet "4194305" is too large
                    routes: {name: a}                        | 1:9 routes must be a list of mappings, but is a mapping
                    routes: [a]                              | 1:10 routes[0] must be a mapping, but is a single value
                    routes: [~]                              | 1:10 routes[0] must be a mapping, but is empty
                    """)
    void shouldRefuseBadValues(String yaml, String problem) {
        assertThat(file.problems(yaml)).containsExactly(problem);
    }

    @Test
    void shouldShowTheValueAndTheLimits() {
        assertThat(file.complaint("listen:\n  mqtt:\n    max-packet: 1MB\n")).isEqualTo("""
                        holdfast.yaml:3:17: listen.mqtt.max-packet "1MB" is not in B, KiB, MiB or GiB; KB and MB are not understood, write KiB and MiB
                              max-packet: 1MB
                                          ^
                          allowed: 1KiB to 4MiB, written like 512KiB, 1MiB or as a plain number of bytes""");
    }

    @Test
    void shouldSayWhatIsMissing() {
        assertThat(file.complaint("routes:\n  - name: a\n    sink: {type: mqtt, url: x}\n"))
                .isEqualTo("""
                        holdfast.yaml:2:5: routes[0] has no "topics"
                            - name: a
                              ^
                          topics: Topic filters; the route has what matches one of them. allowed: topic filters such as # or sensors/+/temperature or plant/#""");
    }

    @Test
    void shouldWantAtLeastOneTopicFilter() {
        assertThat(file.problems("routes: [{name: a, topics: [], sink: {type: mqtt, url: x}}]"))
                .containsExactly("1:28 routes[0].topics is empty, but needs at least one");
    }

    @Test
    void shouldSayHowToWriteAList() {
        assertThat(file.complaint("routes: [{name: a, topics: a/b, sink: {type: mqtt, url: x}}]"))
                .isEqualTo("""
                        holdfast.yaml:1:28: routes[0].topics must be a list, but is a single value
                          routes: [{name: a, topics: a/b, sink: {type: mqtt, url: x}}]
                                                     ^
                          write it in brackets: topics: ["…"]""");
    }

    @Test
    void shouldCheckEveryTopicFilter() {
        String yaml = "routes: [{name: a, sink: {type: mqtt, url: x}, topics: [b, '', b#, c+/d, $share/g/#, ~, {}]}]";

        assertThat(file.problems(yaml))
                .containsExactly(
                        "1:60 routes[0].topics[1] \"\" is not a topic filter: it is empty",
                        "1:64 routes[0].topics[2] \"b#\" is not a topic filter: # must be the whole of the last level",
                        "1:68 routes[0].topics[3] \"c+/d\" is not a topic filter: + must be the whole of a level",
                        "1:74 routes[0].topics[4] \"$share/g/#\" is a shared subscription: "
                                + "nobody shares these messages, leave $share/… away",
                        "1:86 routes[0].topics[5] has no value",
                        "1:89 routes[0].topics[6] must be a single value, but is a mapping");
    }

    @Test
    void shouldCheckTheOptionsOfASink() {
        String yaml = """
                routes:
                  - name: a
                    topics: ["#"]
                    sink:
                      type: mqtt
                      username:
                      version: 3.11
                      receive-maximum: 1e3
                      stamp: yes
                      keep-alive: 60
                      keepalive: 60s
                """;

        assertThat(file.problems(yaml))
                .containsExactly(
                        "5:7 routes[0].sink has no \"url\"",
                        "6:16 routes[0].sink.username has no value",
                        "7:16 routes[0].sink.version \"3.11\" is not known",
                        "8:24 routes[0].sink.receive-maximum \"1e3\" is not a whole number",
                        "9:14 routes[0].sink.stamp \"yes\" is neither true nor false",
                        "10:19 routes[0].sink.keep-alive \"60\" has no unit",
                        "11:7 unknown key \"keepalive\" in routes[0].sink");
        assertThat(file.failure(yaml).problems())
                .extracting(Problem::hint)
                .contains(
                        "url: Where the broker is. allowed: any text",
                        "did you mean \"3.1.1\"? allowed: 3.1.1, 5",
                        "allowed: true, false",
                        "allowed: a number and one of ms, s, m, h, d, such as 30s or 5m, up to 36500d",
                        "did you mean \"keep-alive\"? known keys: type, url, username, password, client-id, version, "
                                + "receive-maximum, stamp, keep-alive");
    }

    @Test
    void shouldSayWhichSinksThereAre() {
        assertThat(file.complaint("routes: [{name: a, topics: [b], sink: {type: htp, url: x}}]"))
                .isEqualTo("""
                        holdfast.yaml:1:46: routes[0].sink.type "htp" is not known
                          routes: [{name: a, topics: [b], sink: {type: htp, url: x}}]
                                                                       ^
                          did you mean "http"? allowed: mqtt, http, many""");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    sink:          | 1:38 routes[0].sink has no value
                    sink: mqtt     | 1:39 routes[0].sink must be a mapping, but is a single value
                    sink: {url: x} | 1:39 routes[0].sink has no "type"
                    sink: {type: } | 1:45 routes[0].sink.type has no value
                    """)
    void shouldWantASinkWithAType(String sink, String problem) {
        assertThat(file.problems("routes: [{name: a, topics: [b], " + sink + "}]"))
                .containsExactly(problem);
    }

    @Test
    void shouldSayIfThereAreNoSinkAdapters() {
        ConfigReader reader = new ConfigReader(Adapters.NONE, Map.of(), () -> "box17", ConfigFile.ROOM);
        Path path =
                file.beside("holdfast.yaml", "routes: [{name: a, topics: [b], sink: {type: mqtt}}]".getBytes(UTF_8));

        assertThat(catchThrowableOfType(ConfigException.class, () -> reader.read(path))
                        .problems())
                .singleElement()
                .extracting(Problem::hint)
                .isEqualTo("allowed: nothing, there are no sink adapters");
    }

    @Test
    void shouldWantRoutesWithDifferentNames() {
        String yaml = """
                routes:
                  - {name: a, topics: [b], sink: {type: mqtt, url: x}}
                  - {name: b, topics: [b], sink: {type: mqtt, url: x}}
                  - {name: a, topics: [b], sink: {type: mqtt, url: x}}
                """;

        assertThat(file.complaint(yaml)).isEqualTo("""
                        holdfast.yaml:4:12: routes[2].name is the name of an earlier route too, at holdfast.yaml:2:12
                            - {name: a, topics: [b], sink: {type: mqtt, url: x}}
                                     ^
                          each route needs a name of its own: its progress hangs on it""");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    127.0.0.1:9000   | 127.0.0.1:9000
                    127.0.0.1:9000   | localhost:9000
                    0.0.0.0:9000     | 127.0.0.1:9000
                    127.0.0.1:9000   | '[::]:9000'
                    box.example:9000 | box.example:9000
                    """)
    void shouldRefuseTwoListenersOnOnePort(String mqtt, String admin) {
        assertThat(file.problems(
                        "listen: {mqtt: {bind: '%s', anonymous: true}}\nadmin: {bind: '%s'}\n".formatted(mqtt, admin)))
                .containsExactly("2:15 admin.bind and listen.mqtt.bind ask for the same port");
    }

    @Test
    void shouldNotCompareAnAddressThatCouldNotBeRead() {
        assertThat(file.problems("listen: {mqtt: {bind: here}}\nadmin: {bind: 127.0.0.1:1883}\n"))
                .containsExactly("1:23 listen.mqtt.bind \"here\" is not an address with a port");
    }

    @Test
    void shouldSayWhichGivenAddressClashesWithADefault() {
        assertThat(file.problems("listen: {mqtt: {bind: 127.0.0.1:8080}}"))
                .containsExactly("1:23 admin.bind and listen.mqtt.bind ask for the same port");
    }

    @Test
    void shouldShowAPartOfALongLineWithTheCaretUnderTheColumn() {
        String padding = "sensors/é/" + "x".repeat(150);
        String yaml =
                "routes: [{name: a, sink: {type: mqtt, url: x}, topics: [%s, b#, %s]}]".formatted(padding, padding);
        List<Problem> problems = file.failure(yaml).problems();

        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.column()).isEqualTo(yaml.indexOf("b#") + 1);
            List<String> lines = problem.excerpt().lines().toList();
            assertThat(lines.get(0)).startsWith("…xxx").endsWith("xxx…").hasSizeLessThan(110);
            assertThat(lines.get(1).indexOf('^')).isEqualTo(lines.get(0).indexOf("b#"));
        });
    }

    @Test
    void shouldPutTheCaretUnderTheColumnBehindTabsAndWideCharacters() {
        List<Problem> problems =
                file.failure("gateway: {\tid: 'a\uD83D\uDE00b', Id: 1}").problems();

        assertThat(problems).hasSize(2);
        assertThat(problems.get(1).column()).isEqualTo(23);
        assertThat(problems.get(1).excerpt())
                .isEqualTo("gateway: { id: 'a\uD83D\uDE00b', Id: 1}\n" + " ".repeat(22) + "^");
    }

    @Test
    void shouldNotShowMoreProblemsThanAnybodyReads() {
        StringBuilder yaml = new StringBuilder();
        for (int i = 0; i < 1_000; i++) {
            yaml.append("key").append(i).append(": 1\n");
        }

        List<Problem> problems = file.failure(yaml.toString()).problems();

        assertThat(problems).hasSize(101);
        assertThat(problems.get(100).message()).isEqualTo("900 more are not shown");
    }

    @Test
    void shouldSayWhatAnAdapterFindsTogetherWithAllElse() {
        assertThat(file.problems("""
                stroe: {path: x}
                routes:
                  - {name: a, topics: ["#"], sink: {type: mqtt, url: bad}}
                  - {name: b, topics: ["#"], sink: {type: mqtt, url: bad}}
                """))
                .containsExactly(
                        "1:1 unknown key \"stroe\" at the top level",
                        "3:54 routes[0].sink.url: \"bad\" is no address",
                        "4:54 routes[1].sink.url: \"bad\" is no address");
    }

    @Test
    void shouldReadTheAdminAddressWhateverIsWrongWithTheSinks() {
        assertThat(file.adminBind("""
                routes:
                  - {name: a, topics: ["#"], sink: {type: mqtt, url: bad, password: "${file:/nowhere}"}}
                admin: {bind: "127.0.0.1:9000"}
                """).getPort()).isEqualTo(9000);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:1883, mqtt://localhost:1883, true",
        "0.0.0.0:1883, mqtt://127.0.0.1:1883, true",
        "[::1]:1883, mqtt://[::1]:1883, true",
        "10.1.2.3:1883, mqtt://10.1.2.3:1883, true",
        "127.0.0.1:1883, mqtt://127.0.0.1:1884, false",
        "127.0.0.1:1883, mqtt://broker.example:1883, false",
        "10.1.2.3:1883, mqtt://127.0.0.1:1883, false",
    })
    void shouldRefuseARouteToTheGatewayItself(String bind, String url, boolean refused) {
        String yaml = """
                listen: {mqtt: {bind: "%s", anonymous: true}}
                routes: [{name: a, topics: ["#"], sink: {type: mqtt, url: "%s"}}]
                """.formatted(bind, url);
        if (refused) {
            assertThat(file.problems(yaml))
                    .singleElement()
                    .satisfies(problem -> assertThat(problem).contains("where this gateway listens itself"));
        } else {
            assertThat(file.read(yaml).routes()).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            url: []          | routes[0].sink.url is empty, but needs at least one
            url:             | routes[0].sink.url has no value
            url: {a: b}      | routes[0].sink.url must be a list, but is a mapping
            url: [a, [b]]    | routes[0].sink.url[1] must be a single value, but is a list
            password: x      | routes[0].sink has no "url"
            url: [a], url: b | key "url" is there twice
            url: ["ws://a:1/x", "ws://127.0.0.1:1883/mqtt"] | leads to ws://127.0.0.1:1883/mqtt, where this gateway
            url: ["mqtt://[::1]:1883/", "x"] | leads to mqtt://[::1]:1883/, where this gateway
            """)
    void shouldSayWhatIsWrongWithOneOrMoreValues(String url, String problem) {
        assertThat(file.problems("routes: [{name: a, topics: [b], sink: {type: many, " + url + "}}]"))
                .singleElement()
                .asString()
                .contains(problem);
    }
}
